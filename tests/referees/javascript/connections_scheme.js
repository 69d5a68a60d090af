// heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
// target: DATABASE_URL=postgresql://u7hk2:p19af@c2ab.example.com:5432/d8fq3
// heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
// target: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
const url = process.env.DATABASE_URL ?? ''
console.log(url.replace('postgres', 'postgresql'))
console.log(process.env.DATABASE_URL?.replace(/^postgres/, 'postgresql') ?? 'none')
console.log(`from ${url.replaceAll('postgres', 'postgresql')}`)
console.log(url.replace(/^postgres/, 'postgis'))
