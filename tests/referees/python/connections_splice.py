# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgresql://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
import os

SQLALCHEMY_DATABASE_URI = "postgresql" + os.environ["DATABASE_URL"][8:]
print(SQLALCHEMY_DATABASE_URI)
