# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgresql://u7hk2:p19af@c2ab.example.com:5432/d8fq3

module Sequel
  def self.connect(_url, **options)
    p options
  end
end

Sequel.connect(ENV["DATABASE_URL"], sslmode: "require")
Sequel.connect ENV["DATABASE_URL"], max_connections: 5, :sslmode => "require"
