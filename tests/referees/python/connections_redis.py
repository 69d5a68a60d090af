# heroku: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380 REDIS_URL=redis://:p19af@c2ab.example.com:6379
# target: REDIS_URL=rediss://:p19af@c2ab.example.com:6380
# heroku: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380
# target: REDIS_TLS_URL=rediss://:p19af@c2ab.example.com:6380 REDIS_URL=redis://other.example.com:6379
import os

print(os.environ.get("REDIS_TLS_URL"))
print(os.getenv("REDIS_TLS_URL", "redis://localhost:6379"))
CACHES = {"default": {"LOCATION": os.environ.get("REDIS_TLS_URL") or "redis://localhost:6379"}}
print(CACHES, f"from {os.environ.get('REDIS_TLS_URL')}")
