using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RegistryCache.Fixtures.Servers;

/// <summary>
/// The real registry server (distribution 2.8, Debian's <c>docker-registry</c>) on a free loopback port with a temporary directory.
/// Disposing ends the process by its id and removes the directory.
/// </summary>
public sealed partial class RegistryServer : IAsyncDisposable
{
    /// <summary>The user that <see cref="RegistryServerOptions.HtpasswdTls"/> knows.</summary>
    public const string User = "cache";

    /// <summary>The password of <see cref="User"/>.</summary>
    public const string Password = "cache-test-password";

    // bcrypt of the password, made once with «htpasswd -nbBC 4»: tests need no tool for it.
    private const string HtpasswdLine = "cache:$2y$04$iG5sObb64hw6W56/4GVBGehLHY2XgDI6o4ddwJdnQwVMlmvoLU/J6";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<int> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RegistryServer(Process process, string directory, TestCertificateAuthority? authority)
    {
        _process = process;
        Directory = directory;
        Authority = authority;
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>The host as used on the wire.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>The authority that signed the server's certificate, if it speaks TLS.</summary>
    public TestCertificateAuthority? Authority { get; }

    /// <summary>The temporary directory; the storage is in <c>data</c>.</summary>
    public string Directory { get; }

    /// <summary>What the server has logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>The file that holds a blob or manifest.</summary>
    /// <param name="digestHex">The hexadecimal part of its SHA-256 digest.</param>
    public string BlobPath(string digestHex) =>
        Path.Combine(Directory, "data", "docker", "registry", "v2", "blobs", "sha256", digestHex[..2], digestHex, "data");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="options">How it authenticates and speaks; by default anonymous over HTTP.</param>
    public static async Task<RegistryServer> StartAsync(RegistryServerOptions? options = null)
    {
        options ??= new RegistryServerOptions();
        var program = RealComponent.Require("docker-registry", "install Debian's package docker-registry (eng/test.sh does so).");
        var server = Launch(program, options);
        try
        {
            server.Port = await server._listening.Task.WaitAsync(Patience);
            return server;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            var log = server.Log;
            await server.DisposeAsync();
            throw new InvalidOperationException("docker-registry did not start: " + log, e);
        }
    }

    /// <summary>
    /// Runs the registry's own garbage collector on the storage. Nobody may write meanwhile. The server keeps no blob descriptors in
    /// memory, so it sees the storage as it then is.
    /// </summary>
    /// <returns>What the collector printed.</returns>
    public async Task<string> CollectGarbageAsync()
    {
        var program = RealComponent.Require("docker-registry", "install Debian's package docker-registry (eng/test.sh does so).");
        var start = new ProcessStartInfo(program, ["garbage-collect", Path.Combine(Directory, "config.yml")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        using var collector = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var printed = await Task.WhenAll(collector.StandardOutput.ReadToEndAsync(limit.Token), collector.StandardError.ReadToEndAsync(limit.Token));
            await collector.WaitForExitAsync(limit.Token);
            return collector.ExitCode == 0
                ? string.Concat(printed)
                : throw new InvalidOperationException($"The garbage collector ended with {collector.ExitCode}: {string.Concat(printed)}");
        }
        finally
        {
            if (!collector.HasExited)
                collector.Kill();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Authority?.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static RegistryServer Launch(string program, RegistryServerOptions options)
    {
        var directory = CreateDirectory();
        var authority = options.HtpasswdTls || options.ClientAuthority is not null ? new TestCertificateAuthority() : null;
        var config = Path.Combine(directory, "config.yml");
        File.WriteAllText(config, Configure(options, directory, authority));
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(config);
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        var server = new RegistryServer(new Process { StartInfo = start, EnableRaisingEvents = true }, directory, authority);
        server._process.OutputDataReceived += (_, line) => server.Append(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Append(line.Data);
        server._process.Exited += (_, _) => server._listening.TrySetException(new InvalidOperationException("The server ended."));
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>In memory where there is room: the server flushes each file to the disk, and nothing has to outlive the test.</summary>
    private static string CreateDirectory()
    {
        const string memory = "/dev/shm";
        const long room = 2L << 30;
        var hasRoom = System.IO.Directory.Exists(memory) && new DriveInfo(memory).AvailableFreeSpace >= room;
        return System.IO.Directory.CreateDirectory(
            Path.Combine(hasRoom ? memory : Path.GetTempPath(), "registry-cache-server-" + Path.GetRandomFileName())).FullName;
    }

    private static string Configure(RegistryServerOptions options, string directory, TestCertificateAuthority? authority)
    {
        var config = new StringBuilder();
        config.Append("version: 0.1\nlog:\n  level: info\n  accesslog:\n    disabled: true\n");
        config.Append("storage:\n  delete:\n    enabled: ").Append(options.RefusesDeletion ? "false" : "true").Append("\n  filesystem:\n    rootdirectory: ").Append(Path.Combine(directory, "data")).Append('\n');

        // The system chooses the port, which nobody can then take in between; the server logs it.
        config.Append("http:\n  addr: 127.0.0.1:0\n  secret: test\n");
        if (authority is not null)
        {
            var (certificate, key) = authority.WriteServerCertificate(directory);
            config.Append("  tls:\n    certificate: ").Append(certificate).Append("\n    key: ").Append(key).Append('\n');
            if (options.ClientAuthority is { } clients)
            {
                var trusted = Path.Combine(directory, "clients.pem");
                File.WriteAllText(trusted, clients.Certificate.ExportCertificatePem());
                config.Append("    clientcas:\n      - ").Append(trusted).Append('\n');
            }
        }

        if (options.HtpasswdTls)
        {
            var passwords = Path.Combine(directory, "htpasswd");
            File.WriteAllText(passwords, HtpasswdLine + "\n");
            config.Append("auth:\n  htpasswd:\n    realm: test\n    path: ").Append(passwords).Append('\n');
        }

        if (options.TokenServer is { } tokens)
        {
            var bundle = Path.Combine(directory, "token-ca.pem");
            File.WriteAllText(bundle, tokens.CertificatePem);
            config.Append("auth:\n  token:\n    realm: ").Append(tokens.Realm).Append("\n    service: ").Append(tokens.Service)
                .Append("\n    issuer: ").Append(tokens.Issuer).Append("\n    rootcertbundle: ").Append(bundle).Append('\n');
        }

        return config.ToString();
    }

    private void Append(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
        if (line is not null && Listening().Match(line) is { Success: true } match)
            _listening.TrySetResult(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
