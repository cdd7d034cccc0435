using System.Text;
using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Credentials;

/// <summary>The places where <c>docker login</c> and <c>podman login</c> store credentials, in the order of search.</summary>
internal static class AuthPlaces
{
    private const int MaxFileBytes = 4 << 20;

    public static IEnumerable<AuthPlace> Of(LoginCredentialOptions options)
    {
        string? Value(string name) => options.Variable(name) is { Length: > 0 } value ? value : null;

        if (options.Path is { } only)
        {
            yield return File(only, isDocker: true);
            yield break;
        }

        // Docker does not run the helpers that the variable names.
        if (Value("DOCKER_AUTH_CONFIG") is { } text)
            yield return new AuthPlace("DOCKER_AUTH_CONFIG", IsDocker: true, UsesHelpers: false,
                _ => ValueTask.FromResult<AuthFile?>(AuthFile.Parse(Encoding.UTF8.GetBytes(text))));
        if (Value("REGISTRY_AUTH_FILE") is { } named)
            yield return File(named, isDocker: false, mustExist: true);
        var home = Value(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        if ((Value("DOCKER_CONFIG") ?? Below(home, ".docker")) is { } docker)
            yield return File(Path.Combine(docker, "config.json"), isDocker: true);
        foreach (var folder in new[] { Value("XDG_RUNTIME_DIR"), Value("XDG_CONFIG_HOME") ?? Below(home, ".config") })
        {
            if (folder is not null)
                yield return File(Path.Combine(folder, "containers", "auth.json"), isDocker: false);
        }
    }

    private static string? Below(string? folder, string name) => folder is null ? null : Path.Combine(folder, name);

    private static AuthPlace File(string path, bool isDocker, bool mustExist = false) =>
        new(path, isDocker, UsesHelpers: true, token => ReadAsync(path, mustExist, token));

    private static async ValueTask<AuthFile?> ReadAsync(string path, bool mustExist, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(path))
                return AuthFile.Broken("it is a directory");
            if (!System.IO.File.Exists(path))
                return mustExist ? AuthFile.Broken("it does not exist") : null;
            if (new FileInfo(path).Length > MaxFileBytes)
                return AuthFile.Broken($"it is larger than {MaxFileBytes} bytes");
            return AuthFile.Parse(await System.IO.File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            return AuthFile.Broken($"it could not be read ({e.GetType().Name})");
        }
    }
}
