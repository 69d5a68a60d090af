# heroku: REDISCLOUD_URL=redis://:p19af@c2ab.example.com:6380
# target: REDIS_URL=redis://:p19af@c2ab.example.com:6380
from os import environ

BROKER_URL = environ["REDISCLOUD_URL"]
print(BROKER_URL)
