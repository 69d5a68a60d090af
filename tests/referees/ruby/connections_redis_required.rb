# heroku: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380 REDIS_URL=redis://:p19af@c2ab.example.com:6379
# target: REDIS_URL=rediss://:p19af@c2ab.example.com:6380

url = ENV.fetch("REDIS_TLS_URL")
puts url
