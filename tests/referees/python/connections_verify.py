# heroku: REDIS_URL=rediss://:p19af@c2ab.example.com:6380
# target: REDIS_URL=rediss://:p19af@c2ab.example.com:6380
# fix: unsafe
import os
import ssl


class redis:
    @staticmethod
    def from_url(url, **options):
        print(url, options)


redis.from_url(os.environ["REDIS_URL"], ssl_cert_reqs=None)
redis.from_url(os.environ["REDIS_URL"], ssl_cert_reqs="none", max_connections=5)
CELERY_REDIS_BACKEND_USE_SSL = {"ssl_cert_reqs": ssl.CERT_NONE}
print(CELERY_REDIS_BACKEND_USE_SSL)
