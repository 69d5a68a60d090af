# heroku: REDIS_URL=rediss://:p19af@c2ab.example.com:6380
# target: REDIS_URL=rediss://:p19af@c2ab.example.com:6380
# fix: unsafe

require "openssl"

class Redis
  def initialize(**options)
    p options
  end
end

Redis.new(url: ENV["REDIS_URL"], ssl_params: { verify_mode: OpenSSL::SSL::VERIFY_NONE })
Redis.new url: ENV["REDIS_URL"], ssl_params: { :verify_mode => OpenSSL::SSL::VERIFY_NONE, ca_file: nil }
