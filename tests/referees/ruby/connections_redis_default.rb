# heroku: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380 REDIS_URL=redis://:p19af@c2ab.example.com:6379
# target: REDIS_URL=rediss://:p19af@c2ab.example.com:6380

def connect(url:, name: "cache")
  p url, name
end

connect url: ENV["REDIS_TLS_URL"] || "redis://localhost:6379"
connect(url: ENV.fetch("REDIS_TLS_URL", "redis://localhost:6379"), name: "queue")
