// heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3 REDIS_URL=rediss://:p1@c3.example.com:6380
// target: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3 REDIS_URL=rediss://:p1@c3.example.com:6380
// fix: unsafe
class Client {
  constructor(...options) {
    console.log(JSON.stringify(options.slice(-1)))
  }
}
const pg = { Pool: Client }
const Redis = Client

new pg.Pool({ connectionString: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } })
new pg.Pool({ ssl: process.env.NODE_ENV === 'development' ? false : { require: true, rejectUnauthorized: false } })
new Redis(process.env.REDIS_URL, { tls: { rejectUnauthorized: false } })
