using System.Text;
using System.Text.Json;
using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Credentials;

/// <summary>
/// Docker's own credentials: <c>DOCKER_AUTH_CONFIG</c> when it knows the registry, else <c>config.json</c> with <c>credHelpers</c>,
/// <c>credsStore</c> and <c>auths</c>, in this order. The file is read at each look-up, so that a log-in counts at once. Thread-safe.
/// </summary>
public sealed class DockerConfigCredentialProvider : ICredentialProvider
{
    private const int MaxFileBytes = 4 << 20;
    private readonly DockerConfigOptions _options;

    /// <summary>Creates the provider.</summary>
    /// <param name="options">Where to look, or <see langword="null"/> for Docker's own places.</param>
    public DockerConfigCredentialProvider(DockerConfigOptions? options = null)
    {
        _options = options ?? new DockerConfigOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.HelperTimeout, TimeSpan.Zero, nameof(options));
    }

    /// <inheritdoc/>
    /// <exception cref="RegistryCacheException">The file or a helper's answer is broken (<see cref="RegistryCacheErrorCode.CredentialFailure"/>).</exception>
    public async ValueTask<RegistryCredential?> GetCredentialAsync(string registry, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(registry);
        var key = DockerHubKey.Normalize(registry);
        if (FromVariable(key) is { } credential)
            return credential;
        if (await LoadAsync(cancellationToken).ConfigureAwait(false) is not var (config, path))
            return null;
        var helper = config.CredHelpers?.GetValueOrDefault(key) ?? config.CredHelpers?.GetValueOrDefault(registry);
        helper = string.IsNullOrEmpty(helper) ? config.CredsStore : helper;
        if (!string.IsNullOrEmpty(helper))
            return await new CredentialHelperProcess(helper, _options).GetAsync(key, cancellationToken).ConfigureAwait(false);
        return config.Auths is null ? null : DockerAuths.Find(DockerAuths.Read(config.Auths, path), key);
    }

    private RegistryCredential? FromVariable(string key)
    {
        if (_options.Variable("DOCKER_AUTH_CONFIG") is not { Length: > 0 } text)
            return null;
        DockerAuthConfigDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(text, CredentialsJsonContext.Default.DockerAuthConfigDocument);
        }
        catch (JsonException)
        {
            throw Broken("DOCKER_AUTH_CONFIG is not JSON with nothing but auths of auth members.");
        }

        var auths = document?.Auths?.Select(static entry => KeyValuePair.Create(entry.Key, entry.Value is null ? null : new DockerAuthEntry { Auth = entry.Value.Auth }));
        return auths is null ? null : DockerAuths.Find(DockerAuths.Read(auths, "DOCKER_AUTH_CONFIG"), key);
    }

    private async Task<(DockerConfigDocument Config, string Path)?> LoadAsync(CancellationToken cancellationToken)
    {
        var path = _options.Path ?? DefaultPath();
        if (path is null || !File.Exists(path))
            return null;
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                throw Broken($"{path} is larger than {MaxFileBytes} bytes.");
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            var config = JsonSerializer.Deserialize(bytes.AsSpan(start), CredentialsJsonContext.Default.DockerConfigDocument);
            return config is null ? null : (config, path);
        }
        catch (JsonException e)
        {
            // The exception of the parser could quote what it read.
            throw Broken($"{path} is not a Docker configuration (line {e.LineNumber + 1}).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Broken($"{path} could not be read ({e.GetType().Name}).");
        }
    }

    private string? DefaultPath()
    {
        if (_options.Variable("DOCKER_CONFIG") is { Length: > 0 } folder)
            return System.IO.Path.Combine(folder, "config.json");
        var home = _options.Variable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        return string.IsNullOrEmpty(home) ? null : System.IO.Path.Combine(home, ".docker", "config.json");
    }

    private static RegistryCacheException Broken(string message) => new(RegistryCacheErrorCode.CredentialFailure, message);
}
