//! Front end: YAML of all kinds. The file's path and shape say which: compose files, CI, deployment
//! descriptions, settings with ERB in them.

mod kind;
mod mask;
mod parse;

use std::collections::HashSet;

use memchr::memmem;

use self::kind::Kind;
use super::data::collect::{Collector, Names, hide, is_name};
use super::data::interpolate::{self, Piece, Syntax};
use super::data::{Data, Id, Value, term};
use crate::expr::Expr;
use crate::fact::{
    Branch, Branches, Facts, Form, Place, Request, SignKind, Use, WriteKind, looks_like_variable,
};
use crate::lang::shell::{HIDDEN, VOID};
use crate::lang::{Lang, ruby, template};
use crate::span::Span;

/// Longer files are data, not settings.
const LONGEST: usize = 2_000_000;

/// The facts of one file.
pub fn facts(text: &str, request: &Request<'_>) -> Facts {
    let has = |part: &str| memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    let kind = kind::of(request.path, text);
    let erb = has("<%");
    // Texts in every language are long; settings without a known name are short.
    let unknown = kind == Kind::Other && !erb && !has("/etc/heroku/") && !interpolate::may_hold(text);
    if text.len() > LONGEST || (unknown && text.len() > term::LONGEST) {
        return Facts::default();
    }
    let tags = mask::Tags {
        erb,
        braces: has("{{"),
        percent: has("{%") && matches!(kind, Kind::Kubernetes | Kind::Ansible | Kind::Other),
    };
    let (masked, spans) = mask::mask(text, tags);
    let (data, broken) = parse::data(&masked, text);
    let mut yaml = Yaml { c: Collector::new(text, &data), kind };
    yaml.c.dollars = matches!(kind, Kind::Compose | Kind::Gitlab);
    yaml.collect();
    if kind != Kind::Compose {
        yaml.everywhere();
    }
    let mut facts = yaml.c.finish();
    facts.settings = term::settings(&data, text, erb);
    // Blanked tags can leave a shape that is no YAML before the template is rendered.
    if spans.is_empty() {
        facts.broken.extend(broken);
    }
    if erb && spans.iter().any(|tag| tag.of(text).starts_with("<%")) {
        merge_erb(text, &data, &spans, request, &mut facts);
    }
    facts
}

/// The data of a text, whatever kind of YAML it is; template tags count as blanks.
pub fn tree(text: &str) -> Data {
    parse::data(&masked(text).0, text).0
}

/// The data of a text in which nothing is a template, and the places that were not understood.
pub(crate) fn read(text: &str) -> (Data, Vec<Span>) {
    parse::data(text, text)
}

/// The text with template tags of every language blanked at the same length, and the tags' places.
pub(crate) fn masked(text: &str) -> (String, Vec<Span>) {
    let tags = mask::Tags { erb: true, braces: text.contains("{{"), percent: text.contains("{%") };
    mask::mask(text, tags)
}

/// Whether Docker Compose reads the file.
pub(crate) fn is_compose(path: &str, text: &str) -> bool {
    kind::of(path, text) == Kind::Compose
}

/// Whether GitHub Actions read the file, or a service with the same format.
pub(crate) fn is_workflow(path: &str, text: &str) -> bool {
    kind::of(path, text) == Kind::Workflow
}

struct Yaml<'s> {
    c: Collector<'s>,
    kind: Kind,
}

/// Keys whose values are command lines in the CI services.
const COMMANDS: [&str; 26] = [
    "script",
    "run",
    "command",
    "commands",
    "before_script",
    "after_script",
    "before_install",
    "install",
    "after_install",
    "before_deploy",
    "after_deploy",
    "before_cache",
    "after_success",
    "after_failure",
    "test_script",
    "build_script",
    "deploy_script",
    "bash",
    "override",
    "pre",
    "post",
    "cmd",
    "cmds",
    "prologue",
    "epilogue",
    "release_command",
];

/// So many steps before a step are asked for what they write to `$GITHUB_ENV`.
const EARLIER: usize = 50;

impl Yaml<'_> {
    fn collect(&mut self) {
        match self.kind {
            Kind::Compose => self.compose(),
            Kind::Workflow => self.workflow(),
            Kind::CircleCi => self.circle(),
            Kind::Gitlab => self.gitlab(),
            Kind::Travis => self.travis(),
            Kind::Ci => self.ci(),
            Kind::Heroku => self.heroku(),
            Kind::Render => {
                self.surfaces(&["envVars"], "render.yaml envVars", WriteKind::Declare);
                let keys = [
                    "buildCommand",
                    "startCommand",
                    "preDeployCommand",
                    "dockerCommand",
                    "initialDeployHook",
                ];
                self.shell_keys(&keys, &[]);
            }
            Kind::App => {
                self.surfaces(
                    &["env_variables", "envs", "env", "variables"],
                    "app.yaml env",
                    WriteKind::Declare,
                );
                self.shell_keys(&["build_command", "run_command", "entrypoint"], &[]);
            }
            Kind::Serverless => {
                self.surfaces(&["environment"], "serverless environment", WriteKind::Declare);
            }
            Kind::Kamal => self.kamal(),
            Kind::Ecosystem => self.pm2(),
            Kind::Kubernetes => self.c.kubernetes(),
            Kind::Ansible => {
                self.surfaces(&["environment"], "ansible environment", WriteKind::Set);
                self.shell_keys(&["shell", "ansible.builtin.shell"], &["environment"]);
            }
            Kind::NodeConfig => self.c.node_config(),
            Kind::Application => self.application(),
            Kind::Collector => {
                for id in self.scalars() {
                    self.c.interpolated(id, Syntax::Braces);
                }
            }
            Kind::Other => {}
        }
    }

    fn scalars(&self) -> Vec<Id> {
        self.c.data.ids().filter(|&id| self.c.data.scalar(id).is_some()).collect()
    }

    /// Maps and lists of variables under any of the keys.
    fn surfaces(&mut self, keys: &[&str], surface: &str, pass: WriteKind) {
        for id in self.c.data.ids() {
            if keys.contains(&self.c.data.key_text(id)) {
                self.c.variables(id, surface, pass);
            }
        }
    }

    /// Command lines under any of the keys; names set under `set` around them do not count as read.
    fn shell_keys(&mut self, keys: &[&str], set: &[&str]) {
        for id in self.c.data.ids() {
            if keys.contains(&self.c.data.key_text(id)) && self.c.data.parent(id).is_some() {
                let set = self.c.names_around(id, set);
                self.c.commands(id, &set, |_| None);
            }
        }
    }

    /// Notations that mean the environment wherever they stand.
    fn everywhere(&mut self) {
        if !interpolate::may_hold(self.c.source) {
            return;
        }
        for id in self.scalars() {
            self.c.interpolated_everywhere(id);
        }
    }

    fn compose(&mut self) {
        let data = self.c.data;
        for id in data.ids() {
            match data.key_text(id) {
                "environment" => self.c.variables(id, "compose environment", WriteKind::Pass),
                "args" if data.parent(id).is_some_and(|parent| data.is_key(parent, "build")) => {
                    self.c.variables(id, "compose build args", WriteKind::Pass);
                }
                "command" | "entrypoint" | "test" => self.compose_command(id),
                "image" | "FROM" => self.image(id),
                _ => {}
            }
            if data.scalar(id).is_some() {
                self.c.interpolated(id, Syntax::Shell);
            }
        }
        // `X: ${X}` hands the variable on.
        let reads: HashSet<(usize, String)> = self
            .c
            .facts
            .reads
            .iter()
            .filter(|read| read.default.is_none() && matches!(read.uses[0].expr, Expr::Read { .. }))
            .filter_map(|read| Some((read.uses[0].expr_span.end, read.name.known()?.to_string())))
            .collect();
        for write in &mut self.c.facts.writes {
            let Some(name) = write.name.known() else { continue };
            // The value may stand in quotes.
            let handed = |end: usize| reads.contains(&(end, name.to_string()));
            if write.value.is_none()
                && write.kind == WriteKind::Set
                && (handed(write.span.end) || handed(write.span.end.saturating_sub(1)))
            {
                write.kind = WriteKind::Pass;
            }
        }
    }

    /// Compose replaces `$X` before the container's shell sees the text; `$$X` is left to the shell.
    fn compose_command(&mut self, id: Id) {
        let data = self.c.data;
        let lines = data.lines(id);
        let line = match lines.as_slice() {
            [only] if data.scalar(id).is_some() => *only,
            [shell, flag, line, ..] => {
                let text = |id: &Id| self.c.text(*id).unwrap_or_default();
                let (shell, flag) = (text(shell), text(flag));
                if !shell.ends_with("sh") || !flag.starts_with('-') || !flag.ends_with('c') {
                    return;
                }
                *line
            }
            [kind, line] if self.c.text(*kind).is_some_and(|kind| kind == "CMD-SHELL") => *line,
            _ => return,
        };
        let set = self.c.names_around(id, &["environment"]);
        self.c.command(line, &set, |text| {
            let mut bytes = text.as_bytes().to_vec();
            for piece in interpolate::pieces(text, Span::new(0, text.len()), Syntax::Shell) {
                if let Piece::Hole(interpolate::Hole { span, .. }) | Piece::Opaque(span) = piece {
                    bytes[span.start..span.end].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = HIDDEN);
                }
            }
            for (at, _) in text.match_indices("$$") {
                bytes[at] = VOID;
            }
            String::from_utf8(bytes).ok()
        });
    }

    /// An image that only Heroku's own builds need.
    fn image(&mut self, id: Id) {
        let id = match self.c.data.get(id, "name") {
            Some(name) => name,
            None => id,
        };
        if let Some(image) = self.c.text(id)
            && (image.starts_with("heroku/") || image.starts_with("registry.heroku.com/"))
        {
            self.c.sign(SignKind::Tooling, image.into_owned(), self.c.inner(id));
        }
    }

    fn workflow(&mut self) {
        let data = self.c.data;
        self.surfaces(&["env"], "workflow env", WriteKind::Set);
        for id in data.ids() {
            let Some(scalar) = data.scalar(id) else { continue };
            let span = scalar.inner;
            match data.key_text(id) {
                "run" if data.parent(id).is_some_and(|step| data.key(step).is_none()) => self.step(id),
                "uses" => self.action(id),
                "image" | "container" => self.image(id),
                _ => {}
            }
            self.expressions(id, span);
        }
    }

    /// Variables of `env` in the expressions of a workflow's text.
    fn expressions(&mut self, id: Id, span: Span) {
        let data = self.c.data;
        let bare = data.is_key(id, "if");
        let raw = span.of(self.c.source);
        if memmem::find(raw.as_bytes(), b"env").is_none() || (!bare && !raw.contains("${{")) {
            return;
        }
        let target = data.path(id);
        let found = interpolate::actions(self.c.source, span, bare);
        let set = self.c.names_around(id, &["env"]);
        let before = self.c.facts.reads.len();
        self.c.push_reads(span, &found.pieces, &target);
        for hole in found.inside {
            let compared = interpolate::comparison(self.c.source, span, &hole);
            let at = self.c.facts.reads.len();
            let alone = hole.span;
            self.c.push_reads(alone, &[Piece::Hole(hole)], &target);
            if let (Some(expr), Some(read)) = (compared, self.c.facts.reads.get_mut(at)) {
                read.uses[0].expr = expr;
                read.uses[0].expr_span = span;
            }
        }
        if bare {
            // The step or job runs where the condition holds.
            let then = data.parent(id).map(|step| Branch { span: data.span(step), effects: Vec::new() });
            for read in &mut self.c.facts.reads[before..] {
                read.uses[0].place =
                    Place::Condition(Branches { form: Form::If, then: then.clone(), otherwise: None });
            }
        }
        self.c.forget_reads(before, &set);
    }

    /// A `run:` step. What workflow, job and step set under `env:`, or earlier steps write to
    /// `$GITHUB_ENV`, is no read of the platform.
    fn step(&mut self, id: Id) {
        let data = self.c.data;
        let Some(step) = data.parent(id) else { return };
        if self.c.text_of(step, "shell").is_some_and(|shell| !shell.contains("sh") || shell.contains("pwsh"))
        {
            return;
        }
        let mut set = self.c.names_around(id, &["env"]);
        if let Some(steps) = data.parent(step) {
            let at = data.children(steps).partition_point(|&earlier| earlier < step);
            for &earlier in data.children(steps)[..at].iter().rev().take(EARLIER) {
                let run = data.get(earlier, "run").and_then(|run| data.scalar(run));
                if let Some(run) = run
                    && memmem::find(run.raw(self.c.source).as_bytes(), b"GITHUB_ENV").is_some()
                {
                    set.assigned_by(run.raw(self.c.source));
                }
            }
        }
        self.c.command(id, &set, |text| hide(text, "${{", "}}"));
    }

    /// A `uses:` of an action that deploys to Heroku, told by its name or by its inputs.
    fn action(&mut self, id: Id) {
        let Some(name) = self.c.text(id) else { return };
        let data = self.c.data;
        let input = data.parent(id).and_then(|step| data.get(step, "with")).is_some_and(|with| {
            data.children(with).iter().any(|&input| data.key_text(input).starts_with("heroku_"))
        });
        if input || name.to_ascii_lowercase().contains("heroku") {
            let name = name.split('@').next().unwrap_or_default().to_string();
            self.c.sign(SignKind::Tooling, name, self.c.inner(id));
        }
    }

    fn circle(&mut self) {
        let data = self.c.data;
        self.surfaces(&["environment"], "circleci environment", WriteKind::Set);
        for id in data.ids() {
            match data.key_text(id) {
                "run" if data.scalar(id).is_some() => self.circle_command(id),
                "command" if data.parent(id).is_some_and(|run| data.is_key(run, "run")) => {
                    self.circle_command(id);
                }
                "image" => self.image(id),
                key if key.starts_with("heroku/") => {
                    let span = data.key(id).map_or(data.span(id), |key| key.span);
                    self.c.sign(SignKind::Tooling, key, span);
                }
                _ => {}
            }
            let Some(text) = self.c.text(id) else { continue };
            let orb =
                data.parent(id).is_some_and(|orbs| data.is_key(orbs, "orbs")) && text.contains("heroku");
            let step = data.key(id).is_none() && text.starts_with("heroku/");
            if orb || step {
                let name = text.split('@').next().unwrap_or_default().to_string();
                self.c.sign(SignKind::Tooling, name, self.c.inner(id));
            }
        }
    }

    fn circle_command(&mut self, id: Id) {
        let set = self.c.names_around(id, &["environment"]);
        self.c.command(id, &set, |text| hide(text, "<<", ">>"));
    }

    fn gitlab(&mut self) {
        let data = self.c.data;
        self.surfaces(&["variables"], "gitlab variables", WriteKind::Set);
        for id in data.ids() {
            let key = data.key_text(id);
            if matches!(key, "script" | "before_script" | "after_script") {
                let set = self.c.names_around(id, &["variables"]);
                self.deploy_tool(id);
                self.c.commands(id, &set, |_| None);
            } else if key == "image" {
                self.image(id);
            }
            if data.scalar(id).is_some() && !self.is_script(id) {
                let before = self.c.facts.reads.len();
                self.c.interpolated(id, Syntax::Shell);
                if self.c.facts.reads.len() > before {
                    // `DYNO: $DYNO` among variables does not set what it reads.
                    let own = data.key_text(id);
                    let kept: Vec<_> = self.c.facts.reads[before..]
                        .iter()
                        .filter(|read| read.name.is(own))
                        .cloned()
                        .collect();
                    let set = self.c.names_around(id, &["variables"]);
                    self.c.forget_reads(before, &set);
                    self.c.facts.reads.extend(kept);
                }
            }
        }
    }

    fn is_script(&self, id: Id) -> bool {
        std::iter::once(id)
            .chain(self.c.data.ancestors(id))
            .any(|id| COMMANDS.contains(&self.c.data.key_text(id)))
    }

    /// `dpl --provider=heroku` in a script.
    fn deploy_tool(&mut self, id: Id) {
        for line in self.c.data.lines(id) {
            let Some(text) = self.c.text(line) else { continue };
            let mut words = text.split_whitespace().skip_while(|word| *word != "dpl").skip(1);
            if words.any(|word| matches!(word.trim_start_matches("--provider="), "heroku" | "heroku:api")) {
                self.c.sign(SignKind::Tooling, "dpl heroku", self.c.inner(line));
            }
        }
    }

    fn travis(&mut self) {
        let data = self.c.data;
        for id in data.ids() {
            if data.is_key(id, "env") {
                let mut todo = vec![id];
                while let Some(id) = todo.pop() {
                    match data.value(id) {
                        Value::Scalar(_) => self.travis_assignments(id),
                        Value::Map | Value::List => todo.extend(
                            data.children(id).iter().filter(|&&id| !data.is_key(id, "secure")).copied(),
                        ),
                        _ => {}
                    }
                }
            }
            let is_deploy = |id: Id| data.is_key(id, "deploy");
            if data.is_key(id, "provider")
                && self.c.text(id).is_some_and(|provider| provider == "heroku")
                && data.ancestors(id).any(is_deploy)
            {
                self.c.sign(SignKind::Tooling, "deploy: heroku", self.c.inner(id));
            }
        }
        self.scripts(&[]);
    }

    /// `env: - A=1 B=2`, or an entry of a map of variables.
    fn travis_assignments(&mut self, id: Id) {
        if self.c.data.key(id).is_some_and(|key| looks_like_variable(&key.text)) {
            let value = self.c.plain(id);
            self.c.set_entry(id, WriteKind::Set, "travis env", value);
            return;
        }
        let inner = self.c.inner(id);
        let mut at = 0;
        for word in inner.of(self.c.source).split(' ') {
            let start = inner.start + at;
            at += word.len() + 1;
            let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_name(name)) else {
                continue;
            };
            let value = value.trim_matches(['"', '\'']);
            self.c.facts.writes.push(crate::fact::EnvWrite {
                name: crate::fact::Name::Known(name.to_string()),
                name_span: Span::new(start, start + name.len()),
                span: Span::new(start, start + word.len()),
                value: (!value.contains('$')).then(|| value.to_string()),
                kind: WriteKind::Set,
                surface: "travis env".to_string(),
                scope: self.c.data.path(id),
            });
        }
    }

    /// Command lines of CI services.
    fn scripts(&mut self, set: &[&str]) {
        for id in self.c.data.ids() {
            let key = self.c.data.key_text(id);
            if COMMANDS.contains(&key) {
                let set = self.c.names_around(id, set);
                self.deploy_tool(id);
                self.c.commands(id, &set, |text| hide(text, "${{", "}}"));
            } else if key == "image" {
                self.image(id);
            } else if key == "pipe"
                && let Some(pipe) = self.c.text(id).filter(|pipe| pipe.contains("heroku"))
            {
                let name = pipe.split(':').next().unwrap_or_default().to_string();
                self.c.sign(SignKind::Tooling, name, self.c.inner(id));
            }
        }
    }

    fn ci(&mut self) {
        let keys = ["env", "environment", "variables", "env_vars"];
        self.surfaces(&keys, "ci env", WriteKind::Set);
        self.scripts(&keys);
        // Buildkite replaces variables in all texts before it reads them.
        if self.c.source.contains("steps:") && memmem::find(self.c.source.as_bytes(), b"agents:").is_some() {
            for id in self.scalars() {
                if !self.is_script(id) {
                    self.c.interpolated(id, Syntax::Shell);
                }
            }
        }
    }

    fn heroku(&mut self) {
        let data = self.c.data;
        let Some(root) = data.root() else { return };
        let known = ["setup", "build", "release", "run"];
        let Some(first) = data.children(root).iter().find(|&&id| known.contains(&data.key_text(id))) else {
            return;
        };
        let span = data.key(*first).map_or(data.span(*first), |key| key.span);
        self.c.sign(SignKind::HerokuYml, "heroku.yml", span);
        for section in [&["setup", "config"], &["build", "config"]] {
            if let Some(map) = data.at(root, section) {
                self.c.variables(map, "heroku.yml config", WriteKind::Declare);
            }
        }
        let mut types: Vec<(Id, String)> = Vec::new();
        if let Some(run) = data.get(root, "run") {
            types.extend(data.children(run).iter().map(|&id| (id, data.key_text(id).to_string())));
        }
        types.extend(data.get(root, "release").map(|id| (id, "release".to_string())));
        let none = Names::default();
        for (id, name) in types {
            let command = match data.value(id) {
                Value::Map => data.get(id, "command"),
                _ => Some(id),
            };
            let lines = command.map(|command| data.lines(command)).unwrap_or_default();
            let text: Vec<_> = lines.iter().filter_map(|&line| self.c.text(line)).collect();
            self.c.process(id, &name, text.join(" && "));
            for line in lines {
                self.c.command(line, &none, |_| None);
            }
        }
    }

    /// `env: clear: {X: 1}, secret: [X]` of Kamal, or a plain map.
    fn kamal(&mut self) {
        let data = self.c.data;
        for id in data.ids() {
            if !data.is_key(id, "env") {
                continue;
            }
            let (clear, secret) = (data.get(id, "clear"), data.get(id, "secret"));
            if clear.is_none() && secret.is_none() {
                self.c.variables(id, "kamal env", WriteKind::Pass);
            }
            if let Some(clear) = clear {
                self.c.variables(clear, "kamal env", WriteKind::Pass);
            }
            if let Some(secret) = secret {
                self.c.names(secret, "kamal env", WriteKind::Pass);
            }
        }
    }

    /// `env` and `env_production` of a process manager.
    fn pm2(&mut self) {
        for id in self.c.data.ids() {
            let key = self.c.data.key_text(id);
            if key == "env" || key.starts_with("env_") {
                self.c.variables(id, "pm2 env", WriteKind::Set);
            }
        }
    }

    /// `application.yml`: Figaro's variables or Spring's placeholders.
    fn application(&mut self) {
        let data = self.c.data;
        for &root in data.roots() {
            for &entry in data.children(root) {
                let variables: Vec<Id> = match data.value(entry) {
                    Value::Map if !looks_like_variable(data.key_text(entry)) => data.children(entry).to_vec(),
                    _ => vec![entry],
                };
                for id in variables {
                    if looks_like_variable(data.key_text(id)) && !matches!(data.value(id), Value::Map) {
                        let value = self.c.plain(id);
                        self.c.set_entry(id, WriteKind::Set, "application.yml", value);
                    }
                }
            }
        }
        for id in self.scalars() {
            self.c.interpolated(id, Syntax::Spring);
        }
    }
}

/// Adds the facts of the Ruby in ERB tags, placed at the keys whose values they make.
fn merge_erb(text: &str, data: &Data, tags: &[Span], request: &Request<'_>, facts: &mut Facts) {
    let ruby_text = template::mask_erb(text);
    let request = Request { lang: Lang::Ruby, ..*request };
    let mut found = ruby::facts(&ruby_text, &request);
    // Scalars in order of place, to find the one around a tag.
    let mut scalars: Vec<(Span, Id)> =
        data.ids().filter_map(|id| data.scalar(id).map(|scalar| (scalar.inner, id))).collect();
    scalars.sort_unstable();
    let around = |span: Span| -> Option<(Span, Id)> {
        let at = scalars.partition_point(|(scalar, _)| scalar.start <= span.start);
        let (scalar, id) = *scalars.get(at.checked_sub(1)?)?;
        // A tag over several lines ends behind what is left of it as a scalar.
        (span.start < scalar.end.max(scalar.start + 1)).then_some((scalar, id)).or_else(|| {
            let tag = tag_around(tags, span)?;
            scalar.contains(Span::new(tag.start, tag.start)).then_some((scalar, id))
        })
    };
    let scope_of = |span: Span| around(span).map(|(_, id)| data.path(id)).unwrap_or_default();
    let place = |scope: &mut String, span: Span| {
        let path = scope_of(span);
        *scope = match (path.is_empty(), scope.is_empty()) {
            (true, _) => std::mem::take(scope),
            (false, true) => path,
            (false, false) => format!("{path}.{scope}"),
        };
    };
    let site = |site: &mut Use| {
        place(&mut site.scope, site.span);
        if site.place != Place::Other {
            return;
        }
        let Some((scalar, id)) = around(site.expr_span) else { return };
        let target = data.path(id);
        if target.is_empty() {
            return;
        }
        site.place = Place::Bound { target };
        let Some(own) = tag_around(tags, site.expr_span) else { return };
        if own.start > scalar.start || own.end < scalar.end {
            let mut parts = Vec::new();
            let mut at = scalar.start;
            let first = tags.partition_point(|tag| tag.start < scalar.start);
            for tag in tags[first..].iter().take_while(|tag| tag.end <= scalar.end).take(64) {
                if at < tag.start {
                    parts.push(Expr::Text(text[at..tag.start].to_string()));
                }
                parts.push(if *tag == own { site.expr.clone() } else { Expr::Opaque(*tag) });
                at = tag.end;
            }
            if parts.len() > 1 || at < scalar.end {
                if at < scalar.end {
                    parts.push(Expr::Text(text[at..scalar.end].to_string()));
                }
                let template = Expr::Template(parts);
                if template.holds(site.span) {
                    site.expr = template;
                    site.expr_span = scalar;
                }
            }
        }
    };
    // What a commented line makes is not used; it can only fail.
    found.reads.retain(|read| read.required || !in_comment(text, read.span.start));
    for read in &mut found.reads {
        place(&mut read.scope, read.span);
        read.uses.iter_mut().for_each(site);
    }
    for call in &mut found.calls {
        place(&mut call.scope, call.span);
        call.uses.iter_mut().for_each(site);
    }
    for name_use in &mut found.uses {
        site(&mut name_use.site);
    }
    for write in &mut found.writes {
        place(&mut write.scope, write.span);
    }
    for literal in &mut found.literals {
        place(&mut literal.scope, literal.span);
    }
    facts.reads.extend(found.reads);
    facts.writes.extend(found.writes);
    facts.bindings.extend(found.bindings);
    facts.wrappers.extend(found.wrappers);
    facts.calls.extend(found.calls);
    facts.uses.extend(found.uses);
    facts.literals.extend(found.literals);
    // The built-in rules ask nothing of the calls in a settings file.
    let calls = found.invocations.into_iter();
    facts.invocations.extend(calls.filter(|call| request.vocabulary.is_own_call(call.name())));
}

/// The tag that holds `span`.
fn tag_around(tags: &[Span], span: Span) -> Option<Span> {
    let at = tags.partition_point(|tag| tag.start <= span.start);
    tags.get(at.checked_sub(1)?).copied().filter(|tag| tag.contains(span))
}

/// Whether a line of YAML is a comment.
fn in_comment(text: &str, at: usize) -> bool {
    text[super::manifest::line_start(text, at)..].trim_start_matches([' ', '\t']).starts_with('#')
}
