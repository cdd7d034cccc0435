using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RegistryCache.Peers.Servers;

/// <summary>The real registry server, Debian's <c>docker-registry</c>,
/// on a free port of 127.0.0.1 with an empty storage directory.</summary>
internal sealed partial class RegistryProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _storage;

    private RegistryProcess(Process process, string storage)
    {
        _process = process;
        _storage = storage;
    }

    public int Port { get; private set; }

    /// <param name="directory">An empty directory, on a RAM disk.</param>
    /// <param name="certificate">Certificate and key in PEM; null: plain HTTP.</param>
    public static async Task<RegistryProcess> StartAsync(string directory, (string Certificate, string Key)? certificate)
    {
        var storage = Directory.CreateDirectory(Path.Combine(directory, "registry")).FullName;
        var config = Path.Combine(directory, "registry.yml");
        var tls = certificate is { } files ? $"  tls:\n    certificate: {files.Certificate}\n    key: {files.Key}\n" : "";
        await File.WriteAllTextAsync(config, $"""
            version: 0.1
            log:
              level: info
              accesslog:
                disabled: true
            storage:
              delete:
                enabled: true
              filesystem:
                rootdirectory: {storage}
            http:
              addr: 127.0.0.1:0
              secret: measured

            """ + tls);
        var start = new ProcessStartInfo("docker-registry", ["serve", config])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.ErrorDataReceived += (_, line) => Read(line.Data, listening);
        process.OutputDataReceived += (_, line) => Read(line.Data, listening);
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("docker-registry ended."));
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new RegistryProcess(process, storage) { Port = await listening.Task.WaitAsync(TimeSpan.FromMinutes(1)) };
    }

    /// <summary>Removes all content. The server keeps none of it in memory.</summary>
    public void Clear()
    {
        foreach (var entry in Directory.GetDirectories(_storage))
            Directory.Delete(entry, recursive: true);
    }

    /// <summary>Whether a repository has the tag.</summary>
    public bool Holds(string repository, string tag) =>
        File.Exists(Path.Combine(_storage, $"docker/registry/v2/repositories/{repository}/_manifests/tags/{tag}/current/link"));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void Read(string? line, TaskCompletionSource<int> listening)
    {
        if (line is not null && Listening().Match(line) is { Success: true } match)
            listening.TrySetResult(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
