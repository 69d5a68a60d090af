# heroku: HEROKU_SLUG_COMMIT=abc1234def HEROKU_BUILD_COMMIT=abc1234def HEROKU_APP_NAME=shop
# target: GIT_SHA=abc1234def APP_NAME=shop

COMMIT_VARIABLE = "HEROKU_SLUG_COMMIT"
p ENV[COMMIT_VARIABLE]

env = ENV
p env["HEROKU_SLUG_COMMIT"]
p ENV.to_h["HEROKU_APP_NAME"]
p ENV["HEROKU_BUILD_COMMIT"] || ENV["HEROKU_SLUG_COMMIT"] || "none"
p ENV.fetch("HEROKU_BUILD_COMMIT", ENV["HEROKU_SLUG_COMMIT"])

class Release
  COMMIT = ENV["HEROKU_SLUG_COMMIT"].freeze

  attr_reader :app

  def initialize(app: ENV["HEROKU_APP_NAME"])
    @app = app
  end

  def self.commit
    @commit ||= ENV["HEROKU_SLUG_COMMIT"]
  end
end

p Release::COMMIT, Release.commit, Release.new.app, Release.new(app: "other").app
puts `echo #{ENV["HEROKU_SLUG_COMMIT"]}`
