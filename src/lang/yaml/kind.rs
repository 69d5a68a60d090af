//! What a YAML file is for, by its path and, where the path says nothing, by its first keys.

use memchr::memmem;

/// Kinds of YAML that say something of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Docker Compose and stacks.
    Compose,
    /// GitHub Actions (and Gitea's, Forgejo's): workflows and actions.
    Workflow,
    /// CircleCI.
    CircleCi,
    /// GitLab CI.
    Gitlab,
    /// Travis CI.
    Travis,
    /// Other CI services.
    Ci,
    /// `heroku.yml`.
    Heroku,
    /// `render.yaml`.
    Render,
    /// App Engine, App Platform, Cloud Foundry, App Runner, Copilot.
    App,
    /// The Serverless framework.
    Serverless,
    /// Kamal's `config/deploy.yml`.
    Kamal,
    /// pm2.
    Ecosystem,
    /// Kubernetes, OpenShift, Helm.
    Kubernetes,
    /// Ansible.
    Ansible,
    /// node-config's `custom-environment-variables.yml`.
    NodeConfig,
    /// `application.yml` of Figaro and of Spring.
    Application,
    /// Formats that know `${X}` everywhere: collectors of telemetry, Dapr, Traefik's and others.
    Collector,
    /// Anything else.
    Other,
}

/// The kind of the file at `path`.
pub fn of(path: &str, text: &str) -> Kind {
    let lower = path.to_ascii_lowercase();
    let (folder, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let Some(stem) = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml")) else {
        // Known by their name alone (`.travis`, a snippet).
        return by_shape(&lower, text);
    };
    let inside = |name: &str| {
        folder == name || folder.ends_with(&format!("/{name}")) || folder.starts_with(&format!("{name}/"))
    };
    let under = |name: &str| inside(name) || folder.contains(&format!("/{name}/"));
    match stem {
        _ if inside(".github/workflows") || inside(".gitea/workflows") || inside(".forgejo/workflows") => {
            Kind::Workflow
        }
        "action" => Kind::Workflow,
        _ if under(".circleci") => Kind::CircleCi,
        ".gitlab-ci" => Kind::Gitlab,
        _ if stem.ends_with(".gitlab-ci") || under(".gitlab") || under(".gitlab-ci") => Kind::Gitlab,
        ".travis" => Kind::Travis,
        "heroku" => Kind::Heroku,
        "render" => Kind::Render,
        "compose" | "docker-stack" | "docker-cloud" => Kind::Compose,
        _ if stem.starts_with("docker-compose")
            || stem.starts_with("compose.")
            || stem.starts_with("compose-")
            || stem.ends_with("docker-compose") =>
        {
            Kind::Compose
        }
        "serverless" => Kind::Serverless,
        _ if stem.starts_with("serverless.") || stem.starts_with("serverless-") => Kind::Serverless,
        "custom-environment-variables" => Kind::NodeConfig,
        "application" | "bootstrap" => Kind::Application,
        _ if stem.starts_with("application-") => Kind::Application,
        "deploy" if inside("config") => Kind::Kamal,
        _ if stem.starts_with("deploy.") && inside("config") => Kind::Kamal,
        "ecosystem" | "ecosystem.config" | "pm2" | "process" => Kind::Ecosystem,
        "app" | "apprunner" | ".platform.app" => Kind::App,
        "manifest" if has(text, "applications:") || has(text, "variables:") => Kind::App,
        _ if stem.starts_with("app.") || stem.starts_with("app-") || inside(".do") => Kind::App,
        "circle"
        | ".drone"
        | "appveyor"
        | ".appveyor"
        | "cloudbuild"
        | "wercker"
        | "shippable"
        | ".cirrus"
        | "bitbucket-pipelines"
        | "buildspec"
        | "taskfile"
        | "codeship-steps"
        | "codeship-services"
        | "lefthook" => Kind::Ci,
        _ if stem.starts_with("azure-pipelines")
            || stem.starts_with(".woodpecker")
            || stem.starts_with("buildspec")
            || stem.starts_with("cloudbuild")
            || stem.ends_with(".cloudbuild")
            || under(".buildkite")
            || under(".semaphore")
            || under(".woodpecker")
            || under(".azure") =>
        {
            Kind::Ci
        }
        _ if stem.starts_with("playbook")
            || folder.split('/').any(|part| {
                matches!(part, "tasks" | "handlers" | "ansible" | "playbooks" | "group_vars" | "host_vars")
            }) =>
        {
            Kind::Ansible
        }
        _ if stem.starts_with("otel") || stem.contains("collector") || stem == "promtail" => Kind::Collector,
        _ => by_shape(&lower, text),
    }
}

fn by_shape(path: &str, text: &str) -> Kind {
    let start = line_start(text, "apiVersion:");
    if start && (line_start(text, "kind:") || path.contains("templates/")) {
        return Kind::Kubernetes;
    }
    let helm = path.contains("templates/") && has(text, "{{");
    let values = path.rsplit('/').next().is_some_and(|file| file.starts_with("values"));
    if helm || (values && has(text, "env:")) || has(text, "configMapGenerator:") {
        return Kind::Kubernetes;
    }
    Kind::Other
}

fn has(text: &str, part: &str) -> bool {
    memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

fn line_start(text: &str, part: &str) -> bool {
    text.starts_with(part)
        || memmem::find_iter(text.as_bytes(), part.as_bytes()).any(|at| {
            let before = &text.as_bytes()[..at];
            before.ends_with(b"\n") || before.ends_with(b"- ")
        })
}
