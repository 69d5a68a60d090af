# heroku: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380 REDIS_URL=redis://:p19af@c2ab.example.com:6379
# target: REDIS_URL=rediss://:p19af@c2ab.example.com:6380
# heroku: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380
# target: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380 REDIS_URL=redis://other.example.com:6379

p ENV["REDIS_TLS_URL"]
p({ url: ENV["REDIS_TLS_URL"], timeout: 1 })
puts "redis: #{ENV["REDIS_TLS_URL"]}"
