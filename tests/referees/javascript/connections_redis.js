// heroku: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380 REDIS_URL=redis://:p19af@c2ab.example.com:6379
// target: REDIS_URL=rediss://:p19af@c2ab.example.com:6380
// heroku: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380
// target: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380 REDIS_URL=redis://other.example.com:6379
const open = (url, options = {}) => console.log(url, options)

open(process.env.REDIS_TLS_URL)
open(process.env.REDIS_TLS_URL ?? 'redis://localhost:6379', { lazy: true })
open(process.env.REDIS_TLS_URL || 'redis://localhost:6379')
console.log(`redis: ${process.env.REDIS_TLS_URL}`)
