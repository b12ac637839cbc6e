//! Database servers of a test's own: from the system's packages, in a temporary folder, on a free port of this
//! machine. They end with the test.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

/// The password of the user `shop`; it stands in no file but those that the tests write on purpose.
pub(crate) const PASSWORD: &str = "s3cr:t/p@ss#1%";

/// A running server.
pub(crate) struct Server {
    process: Child,
    /// `postgres` or `mysql`
    scheme: &'static str,
    pub(crate) port: u16,
    /// How it ends with everything it does: a signal.
    stop: &'static str,
    folder: TempDir,
}

impl Server {
    /// A connection for `shop.toml`: the password is in the variable `SHOP_DB_PASSWORD`.
    pub(crate) fn connection(&self) -> String {
        self.connection_as("shop", "${SHOP_DB_PASSWORD}", "shop")
    }

    pub(crate) fn connection_as(&self, user: &str, password: &str, database: &str) -> String {
        format!("{}://{user}:{password}@127.0.0.1:{}/{database}", self.scheme, self.port)
    }

    /// The certificate with which PostgreSQL says who it is.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate")
    }

    /// Runs statements as the owner of the database.
    pub(crate) fn run(&self, sql: &str) {
        self.try_run(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub(crate) fn try_run(&self, sql: &str) -> Result<(), sqlx::Error> {
        let address = self.connection_as("owner", "owner", "shop");
        blocking(async {
            if self.scheme == "postgres" {
                let options: sqlx::postgres::PgConnectOptions = address.parse()?;
                let mut connection = options.connect().await?;
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
                connection.close().await
            } else {
                let options: sqlx::mysql::MySqlConnectOptions = address.parse()?;
                let mut connection = options.connect().await?;
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
                connection.close().await
            }
        })
    }

    /// Ends the server at once, whatever it is doing.
    pub(crate) fn stop(&mut self) {
        if !matches!(self.process.try_wait(), Ok(None)) {
            return;
        }
        let signal = format!("kill -{} {}", self.stop, self.process.id());
        let _ = Command::new("sh").arg("-c").arg(signal).status();
        let _ = self.process.wait();
    }

    fn wait_until_ready(self, log: &Path) -> Self {
        let began = Instant::now();
        loop {
            match self.try_run("select 1") {
                Ok(()) => return self,
                Err(error) if began.elapsed() > Duration::from_mins(1) => {
                    let log = fs::read_to_string(log).unwrap_or_default();
                    panic!("the server does not answer: {error}\n{log}");
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

pub(crate) fn blocking<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

/// The database `shop` of its owner `owner` with a user `shop` who may read it.
pub(crate) fn postgres() -> Option<Server> {
    let installed = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = installed
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    let Some(bin) = found.pop() else { return absent("postgresql") };
    let folder = folder_for("postgres");
    let (data, password) = (folder.path().join("data"), folder.path().join("password"));
    fs::write(&password, "owner").expect("written");
    succeed(
        command(&bin.join("initdb"), "postgres")
            .args([
                "--username=owner",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ])
            .arg(format!("--pwfile={}", password.display()))
            .arg("-D")
            .arg(&data),
    );
    let (certificate, key) = (folder.path().join("certificate"), folder.path().join("key"));
    succeed(
        command(Path::new("openssl"), "postgres")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-addext"])
            .args(["subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate),
    );
    let port = free_port();
    let log = folder.path().join("log");
    let process = command(&bin.join("postgres"), "postgres")
        .arg("-D")
        .arg(&data)
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
        .args(["-c", "fsync=off", "-c", "ssl=on"])
        .args(["-c", &format!("ssl_cert_file={}", certificate.display())])
        .args(["-c", &format!("ssl_key_file={}", key.display())])
        .stderr(fs::File::create(&log).expect("a log"))
        .spawn()
        .expect("postgres");
    // SIGQUIT is PostgreSQL's immediate shutdown, which ends its other processes, too.
    let server = Server { process, scheme: "postgres", port, stop: "QUIT", folder };
    let server = created_in_postgres(server, &log);
    server.run(&format!("create user shop password '{PASSWORD}'"));
    server.run("alter default privileges grant select on tables to shop");
    Some(server)
}

/// The first database of a cluster is `postgres`; that of the shop is made from there.
fn created_in_postgres(server: Server, log: &Path) -> Server {
    let address = server.connection_as("owner", "owner", "postgres");
    let began = Instant::now();
    loop {
        let created = blocking(async {
            let options: sqlx::postgres::PgConnectOptions = address.parse()?;
            let mut connection = options.connect().await?;
            sqlx::raw_sql("create database shop").execute(&mut connection).await
        });
        match created {
            Ok(_) => return server.wait_until_ready(log),
            Err(error) if began.elapsed() > Duration::from_mins(1) => {
                panic!(
                    "the server does not answer: {error}\n{}",
                    fs::read_to_string(log).unwrap_or_default()
                );
            }
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// The same of MariaDB.
pub(crate) fn mariadb() -> Option<Server> {
    let Some(server) =
        ["/usr/sbin/mariadbd", "/usr/libexec/mariadbd"].iter().find(|it| Path::new(it).exists())
    else {
        return absent("mariadb");
    };
    let folder = folder_for("mysql");
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    fs::create_dir(&data).expect("a folder");
    own(&data, "mysql");
    succeed(
        command(Path::new("mariadb-install-db"), "mysql")
            .args(["--no-defaults", "--skip-test-db", "--auth-root-authentication-method=normal"])
            .arg(format!("--tmpdir={}", folder.path().display()))
            .arg(format!("--datadir={}", data.display())),
    );
    let users = folder.path().join("users.sql");
    let sql = format!(
        "create database shop character set utf8mb4;\n\
         create user owner@'%' identified by 'owner';\ngrant all on *.* to owner@'%' with grant option;\n\
         create user shop@'%' identified by '{PASSWORD}';\ngrant select on shop.* to shop@'%';\n"
    );
    fs::write(&users, sql).expect("written");
    let port = free_port();
    let process = command(Path::new(server), "mysql")
        .args([
            "--no-defaults",
            "--bind-address=127.0.0.1",
            "--skip-log-bin",
            "--innodb-flush-log-at-trx-commit=0",
        ])
        // With names looked up, the user at '%' would give way to an anonymous one at localhost.
        .arg("--skip-name-resolve")
        // Each server empties its folder of temporary files when it starts.
        .arg(format!("--tmpdir={}", folder.path().display()))
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", folder.path().join("socket").display()))
        .arg(format!("--pid-file={}", folder.path().join("pid").display()))
        .arg(format!("--init-file={}", users.display()))
        .arg(format!("--port={port}"))
        .stderr(fs::File::create(&log).expect("a log"))
        .spawn()
        .expect("mariadbd");
    let server = Server { process, scheme: "mysql", port, stop: "KILL", folder };
    Some(server.wait_until_ready(&log))
}

/// With `DANGOL_TEST_SERVERS=required` the server must be there; `make test` sets it where it has found or installed both.
fn absent<T>(what: &str) -> Option<T> {
    let required = std::env::var_os("DANGOL_TEST_SERVERS").is_some_and(|value| value == "required");
    assert!(!required, "no {what} server installed: `make setup-databases`");
    println!("skipped: no {what} server installed");
    None
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// Servers refuse to run as root; their packages bring a user for them.
fn command(program: &Path, user: &str) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command
            .arg(format!("--reuid={user}"))
            .arg(format!("--regid={user}"))
            .arg("--clear-groups")
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    // Where the tests run is nothing that the server's user could see.
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn folder_for(user: &str) -> TempDir {
    let folder = tempfile::Builder::new().prefix("dangol-").tempdir().expect("a temporary folder");
    own(folder.path(), user);
    folder
}

fn own(path: &Path, user: &str) {
    if is_root() {
        succeed(Command::new("chown").arg(format!("{user}:{user}")).arg(path));
    }
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
