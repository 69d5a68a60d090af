// heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
// target: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
class Pool {
  constructor(options) {
    console.log(options)
  }
}
const pg = { Pool }
const local = process.env.DATABASE_URL === undefined

new pg.Pool({ connectionString: process.env.DATABASE_URL, ssl: true })
new pg.Pool({ connectionString: process.env.DATABASE_URL, ssl: { require: true }, max: 5 })
new pg.Pool({ connectionString: process.env.DATABASE_URL, ssl: local ? false : { require: true } })
