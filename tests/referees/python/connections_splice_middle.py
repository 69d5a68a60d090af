# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgresql://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
import os

url = os.environ["DATABASE_URL"]
SQLALCHEMY_DATABASE_URI = url[:8] + "ql" + url[8:]
print(SQLALCHEMY_DATABASE_URI)
