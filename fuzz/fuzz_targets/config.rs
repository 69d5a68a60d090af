#![no_main]

use dynolint::lang::Lang;
use libfuzzer_sys::fuzz_target;

const FORMATS: [(&str, Lang); 17] = [
    ("config/database.yml", Lang::Yaml),
    ("docker-compose.yml", Lang::Yaml),
    (".github/workflows/ci.yml", Lang::Yaml),
    ("app.json", Lang::Json),
    ("package.json", Lang::Json),
    ("fly.toml", Lang::Toml),
    ("pyproject.toml", Lang::Toml),
    ("Dockerfile", Lang::Dockerfile),
    ("Procfile", Lang::Procfile),
    ("Makefile", Lang::Makefile),
    (".env", Lang::Dotenv),
    ("requirements.txt", Lang::Plain),
    (".buildpacks", Lang::Plain),
    ("schema.prisma", Lang::Plain),
    ("app/views/index.html.erb", Lang::Erb),
    ("app/views/index.html.haml", Lang::Haml),
    ("app/views/index.html.slim", Lang::Slim),
];

// The first byte picks the format.
fuzz_target!(|data: &[u8]| dynolint_fuzz::check_one_of(data, &FORMATS));
