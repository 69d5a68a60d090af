// heroku: HEROKU_SLUG_COMMIT=abc123
// heroku: OTHER=other
// target: DEPLOYED=yes GIT_SHA=abc123
// target: OTHER=other
// fix: unsafe

const say = (...words) => console.log(JSON.stringify(words))
const yes = process.argv.length

say('not', !process.env.HEROKU_SLUG_COMMIT, !!process.env.HEROKU_SLUG_COMMIT)
say('in', 'HEROKU_SLUG_COMMIT' in process.env, !("HEROKU_SLUG_COMMIT" in process.env))
say('own', process.env.hasOwnProperty('HEROKU_SLUG_COMMIT'), Object.hasOwn(process.env, 'HEROKU_SLUG_COMMIT'))
say('undefined', process.env.HEROKU_SLUG_COMMIT === undefined, process.env.HEROKU_SLUG_COMMIT != null)
say('typeof', typeof process.env.HEROKU_SLUG_COMMIT === 'string')
say('ternary', process.env.HEROKU_SLUG_COMMIT ? 1 : 2)
say('and', 'HEROKU_SLUG_COMMIT' in process.env && yes, yes && 'HEROKU_SLUG_COMMIT' in process.env)
if ('HEROKU_SLUG_COMMIT' in process.env) say('yes')
else say('no')
say('before')
process.env.HEROKU_SLUG_COMMIT || say('after');
process.env.HEROKU_SLUG_COMMIT && say('again')
