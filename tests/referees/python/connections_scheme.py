# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgresql://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
import os
import re

url = os.environ.get("DATABASE_URL", "")
print(url.replace("postgres", "postgresql"))
print(f"from {url.replace('postgres', 'postgresql')}")
print(re.sub(r"^postgres", "postgresql+asyncpg", url))
print(url.replace("postgres://", "postgresql://", 1).replace("postgresql", "postgresql+psycopg"))
