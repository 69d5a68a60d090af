# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3 CLEARDB_DATABASE_URL=mysql://b1:c2@eu.example.com/heroku_3
# target: DATABASE_URL=postgresql://u7hk2:p19af@c2ab.example.com:5432/d8fq3 CLEARDB_DATABASE_URL=mysql2://b1:c2@eu.example.com/heroku_3
# heroku: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3
# target: DATABASE_URL=postgres://u7hk2:p19af@c2ab.example.com:5432/d8fq3

url = ENV["DATABASE_URL"]
p url && url.sub("postgres", "postgresql")
p ENV["DATABASE_URL"]&.sub(/^postgres/, "postgis")
p ENV['DATABASE_URL']&.gsub('postgres', 'postgresql')
p ENV["CLEARDB_DATABASE_URL"]&.sub("mysql", "mysql2")
puts "from #{ENV.fetch("DATABASE_URL", "").sub("postgres", "postgresql")}"
