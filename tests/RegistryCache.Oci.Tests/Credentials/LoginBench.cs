using System.Text;
using RegistryCache.Oci.Credentials;

namespace RegistryCache.Oci.Tests.Credentials;

/// <summary>A separate home directory with variables, files and helpers.</summary>
internal sealed class LoginBench : IDisposable
{
    public string Home { get; } = Directory.CreateTempSubdirectory("registry-cache-login-").FullName;

    public Dictionary<string, string> Variables { get; } = [];

    public RecordingLogger Logger { get; } = new();

    public LoginBench()
    {
        Variables["HOME"] = Variables["USERPROFILE"] = Home;
        Variables["PATH"] = Path.Combine(Home, "bin");
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string Entry(string key, string pair) => $$$$"""{"auths":{"{{{{key}}}}":{"auth":"{{{{Base64(pair)}}}}"}}}""";

    /// <summary>Writes a file below the home.</summary>
    public string Write(string path, string content)
    {
        var full = Path.Combine(Home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public LoginBench Docker(string content)
    {
        Write(".docker/config.json", content);
        return this;
    }

    /// <summary>Writes a helper to a directory in PATH.</summary>
    public void Helper(string name, string body)
    {
        var path = Write($"bin/docker-credential-{name}", "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public LoginCredentialProvider Provider(TimeSpan? timeout = null) => new(new LoginCredentialOptions
    {
        HelperTimeout = timeout ?? TimeSpan.FromSeconds(30),
        Variable = Variables.GetValueOrDefault,
        Logger = Logger,
    });

    public async Task<CredentialAnswer> AskAsync(string registry, string repository = "acme/app") =>
        await Provider().FindAsync(registry, repository, CancellationToken.None);

    public async Task<string?> PairAsync(string registry, string repository = "acme/app") =>
        (await AskAsync(registry, repository)).Credential is { } credential ? $"{credential.Username}:{credential.Password}" : null;

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
