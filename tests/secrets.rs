//! What is hidden, and what is not.

use dynolint::secrets::mask;
use proptest::prelude::*;

/// A text, and what must be gone from it.
const HIDDEN: &[(&str, &str)] = &[
    ("DATABASE_URL=postgres://app:s3cr3t@db.internal:5432/app", "s3cr3t"),
    ("redis://:p4ssw0rd@10.0.0.1:6379/0", "p4ssw0rd"),
    ("url = \"amqps://user:pa:ss%40@host/vhost\"", "pa:ss%40"),
    ("mongodb+srv://admin:größe@cluster0.mongodb.net", "größe"),
    ("SENTRY_DSN=https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2", "0123456789abcdef"),
    ("Stripe.api_key = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'", "4eC39HqLyjWDarjtT1zdp7dc"),
    ("rk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqLyjWDarjtT1zdp7dc"),
    ("git clone https://x:ghp_0123456789abcdefABCDEF0123456789abcd@github.com/a/b", "0123456789abcdefABCDEF"),
    ("token: github_pat_11ABCDEFG0123456789_abcdefghij", "11ABCDEFG0123456789"),
    ("glpat-abcdEFGH1234_-567890", "abcdEFGH1234"),
    ("xoxb-123456789012-abcdefABCDEF", "123456789012"),
    ("AKIAIOSFODNN7ABCDEFG", "IOSFODNN7ABCDEFG"),
    ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "SyA1234567890"),
    ("ya29.a0AfH6SMBx1234567890abcdefgh", "a0AfH6SMBx1234567890"),
    ("SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "abcdefghijklmnopqrstuv"),
    ("key-0123456789abcdef0123456789abcdef", "0123456789abcdef"),
    ("npm_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghijklmnopqrstuvwxyz"),
    ("dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "0123456789abcdef"),
    ("rnd_abcdefghijklmnopqrstuvwx", "abcdefghijklmnopqrstuvwx"),
    ("fo1_abcdefghijklmnopqrstuvwx-12", "abcdefghijklmnopqrstuvwx"),
    ("sq0csp-abcdefghijklmnopqrstuvwx_12", "abcdefghijklmnopqrstuvwx"),
    ("HRKU-AAabcdefgh-1234-5678-9012-abcdef", "AAabcdefgh-1234"),
    ("HEROKU_API_KEY=01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab"),
    ("heroku_api_key: \"01234567-89ab-cdef-0123-456789abcdef\"", "01234567-89ab"),
    ("jwt = eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P", "hbGciOiJIUzI1NiJ9"),
    ("SECRET_KEY_BASE: 3f2a9c0d1e4b5a6978877665544332211aabbccddeeff001", "3f2a9c0d1e4b5a69"),
    ("\"private_key\" => \"Zm9vYmFyMTIzNDU2Nzg5MA==\"", "Zm9vYmFyMTIzNDU2Nzg5MA=="),
    ("password: 'aB3$dE6&gH9!jK2#'", "aB3$dE6&gH9!jK2#"),
    ("Authorization: Bearer abcDEF123456ghiJKL7890", "abcDEF123456ghiJKL7890"),
    (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1234\nabcdEFGH/+==\n-----END RSA PRIVATE KEY-----",
        "abcdEFGH",
    ),
    (
        "KEY=\"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0\\nabcd\\n-----END PRIVATE KEY-----\"",
        "MIIEvQIBADANBgkqhkiG9w0",
    ),
];

/// Ordinary code, and values that are put together from elsewhere.
const SHOWN: &[&str] = &[
    "name = ENV[\"DYNO\"] || \"local\"",
    "SECRET_KEY_BASE = ENV.fetch(\"SECRET_KEY_BASE\")",
    "secret = os.environ[\"DJANGO_SECRET_KEY_2\"]",
    "token = process.env.GITHUB_TOKEN_2024_ABC",
    "api_key: ${{ secrets.HEROKU_API_KEY_2024 }}",
    "DATABASE_URL=postgres://${DATABASE_USER}:${DATABASE_PASSWORD}@db/app",
    "url: postgres://app:<%= ENV[\"DATABASE_PASSWORD\"] %>@db/app",
    "f\"redis://:{password}@{host}:6379\"",
    "\"postgres://#{user}:#{password}@#{host}/#{name}\"",
    "postgres://%s:%s@%s/%s",
    "postgres://user:password@localhost/app",
    "https://npm.example.com:443/@scope/package",
    "http://localhost:3000/users/me@example.com",
    "git@github.com:owner/name.git",
    "https://user@github.com/owner/name.git",
    "token = generate_token_for_user_v2(user)",
    "password_reset_token = user.generate_password_reset_token",
    "config.secret_key_base = Rails.application.credentials.secret_key_base",
    "SECRET_KEY = \"change-me-in-production-1234\"",
    "secret_token: your_secret_token_0123456789",
    "tokenizer = AutoTokenizer.from_pretrained(\"bert-base-uncased-v2\")",
    "const tokenExpiresIn = 1000 * 60 * 60 * 24 * 30",
    "access_token_url = \"https://api.example.org/oauth2/v1/token\"",
    "if key.start_with?(\"-----BEGIN PRIVATE KEY-----\")",
    "only Heroku sets `DYNO`",
    "pk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "import { SECRET_TOKEN_HEADER_NAME_V2 } from './constants'",
    "PrivateKey(encoded_private_key, encoder=Base64Encoder)",
    "<div className=\"sk-FilterVisibilityToggle sk-input-checkbox-group-large\">",
    "heroku config:get HEROKU_API_KEY -a my-application-2024",
    "class PasswordResetTokenGenerator2Test < ActiveSupport::TestCase",
];

#[test]
fn secrets_are_hidden() {
    for (text, secret) in HIDDEN {
        let masked = mask(text);
        assert!(!masked.contains(secret), "{masked}");
        assert_eq!(masked.len(), text.len(), "{masked}");
        assert_eq!(masked.chars().count(), text.chars().count(), "{masked}");
        assert_eq!(masked.matches('\n').count(), text.matches('\n').count(), "{masked}");
        assert_eq!(mask(&masked), masked, "masking twice is masking once");
    }
}

#[test]
fn code_is_shown() {
    for text in SHOWN {
        assert_eq!(mask(text), *text);
    }
}

#[test]
fn enough_stays_to_know_what_it_was() {
    assert_eq!(mask("postgres://app:s3cr3t@db/app"), "postgres://app:******@db/app");
    assert_eq!(mask("sk_live_4eC39HqLyjWDarjt"), "sk_live_****************");
    assert_eq!(mask("ab://u:aé日🔑@h"), "ab://u:*×∗🞶@h");
}

proptest! {
    #[test]
    fn any_text_keeps_its_bytes_and_columns(text in "(\\PC|\n|://|:|@|sk_live_|token=|-----BEGIN PRIVATE KEY-----){0,80}") {
        let masked = mask(&text);
        prop_assert_eq!(masked.len(), text.len());
        prop_assert!(masked.char_indices().map(|(at, _)| at).eq(text.char_indices().map(|(at, _)| at)));
    }
}
