# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgresql://u7hk2:p19af@c2ab.example.com:5432/d8fq3
import os


class dj_database_url:
    @staticmethod
    def config(**options):
        print(sorted(options.items()))
        return {}


DEBUG = os.environ.get("DEBUG") == "1"
DATABASES = {
    "default": dj_database_url.config(conn_max_age=600, ssl_require=True),
    "reports": dj_database_url.config(ssl_require=not DEBUG),
}
DATABASES["default"]["OPTIONS"] = {"sslmode": "require"}
print(DATABASES)
