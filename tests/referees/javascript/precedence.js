// heroku: HEROKU_SLUG_COMMIT=abc123
// heroku: HEROKU_SLUG_COMMIT=7
// target: GIT_SHA=abc123
// target: GIT_SHA=7

const say = (...words) => console.log(JSON.stringify(words))
const yes = process.argv.length
const no = process.argv[9]

say('and', yes && process.env.HEROKU_SLUG_COMMIT, no && process.env.HEROKU_SLUG_COMMIT)
say('or and', no || (process.env.HEROKU_SLUG_COMMIT && 'b'), no || process.env.HEROKU_SLUG_COMMIT && 'b')
say('or', process.env.HEROKU_SLUG_COMMIT || 'none', no || process.env.HEROKU_SLUG_COMMIT)
say('coalesce', process.env.HEROKU_SLUG_COMMIT ?? 'none', no ?? process.env.HEROKU_SLUG_COMMIT)
say('mixed', (no ?? process.env.HEROKU_SLUG_COMMIT) || 'c', no ?? (process.env.HEROKU_SLUG_COMMIT || 'c'))
say('chain', process.env.HEROKU_SLUG_COMMIT?.slice(0, 3), process.env.HEROKU_SLUG_COMMIT?.length)
say('equal', process.env.HEROKU_SLUG_COMMIT === 'abc123', 'abc123' != process.env.HEROKU_SLUG_COMMIT)
say('plus', 'v' + process.env.HEROKU_SLUG_COMMIT + '!', `${process.env.HEROKU_SLUG_COMMIT}`)
say('typeof', typeof process.env.HEROKU_SLUG_COMMIT)
say('ternary', yes ? process.env.HEROKU_SLUG_COMMIT : 3, no ? 3 : process.env.HEROKU_SLUG_COMMIT)
say('index', { abc123: 'found' }[process.env.HEROKU_SLUG_COMMIT], ['a', process.env.HEROKU_SLUG_COMMIT, 'c'])
say('key', { [process.env.HEROKU_SLUG_COMMIT]: 1, commit: process.env.HEROKU_SLUG_COMMIT })
say('call', String(process.env.HEROKU_SLUG_COMMIT), [process.env.HEROKU_SLUG_COMMIT].join('-'))
say('spread', ...(process.env.HEROKU_SLUG_COMMIT || ''))
say('comma', (0, process.env.HEROKU_SLUG_COMMIT))
say('number', +process.env.HEROKU_SLUG_COMMIT, -process.env.HEROKU_SLUG_COMMIT)
say('times', process.env.HEROKU_SLUG_COMMIT * 2)
say('nested', `a${`b${process.env['HEROKU_SLUG_COMMIT']}`}c`)
