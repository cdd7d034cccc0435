using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RegistryCache.Oci;

namespace RegistryCache.Hosting.Composition;

/// <summary>The options that settings stand for, and every fault in them.</summary>
internal sealed class SettingsReader(RegistryCacheSettings settings)
{
    private readonly List<string> _faults = [.. settings.Faults];

    /// <summary>What is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public RegistryClientOptions Registry(RegistryClientOptions options)
    {
        Set(ref options, settings.Registry.MaxAttempts, static (o, v) => o with { MaxAttempts = v });
        Set(ref options, settings.Registry.RetryDelay, static (o, v) => o with { RetryDelay = v });
        Set(ref options, settings.Registry.MaxRetryDelay, static (o, v) => o with { MaxRetryDelay = v });
        Set(ref options, settings.Registry.RetryBudget, static (o, v) => o with { RetryBudget = v });
        Set(ref options, settings.Registry.ChunkedUploads, static (o, v) => o with { ChunkedUploads = v });
        Set(ref options, settings.Registry.UploadChunkBytes, static (o, v) => o with { UploadChunkBytes = v });
        Set(ref options, settings.Registry.MaxUploadChunkBytes, static (o, v) => o with { MaxUploadChunkBytes = v });
        Set(ref options, settings.Registry.ExpectContinueBytes, static (o, v) => o with { ExpectContinueBytes = v });
        Set(ref options, settings.Registry.ParallelRanges, static (o, v) => o with { ParallelRanges = v });
        Set(ref options, settings.Registry.ParallelBelowRate, static (o, v) => o with { ParallelBelowRate = v });
        Set(ref options, settings.Registry.ParallelRangeBytes, static (o, v) => o with { ParallelRangeBytes = v });
        Set(ref options, settings.Registry.StallTimeout, static (o, v) => o with { StallTimeout = v });
        Set(ref options, settings.Registry.MinimumRate, static (o, v) => o with { MinimumRate = v });
        Set(ref options, settings.Registry.MinimumRateWindow, static (o, v) => o with { MinimumRateWindow = v });
        Set(ref options, settings.Registry.ConnectTimeout, static (o, v) => o with { ConnectTimeout = v });
        Set(ref options, settings.Registry.TlsHandshakeTimeout, static (o, v) => o with { TlsHandshakeTimeout = v });
        Set(ref options, settings.Registry.MaxConnectionsPerHost, static (o, v) => o with { MaxConnectionsPerHost = v });
        Set(ref options, settings.Registry.UseProxy, static (o, v) => o with { UseProxy = v });
        Set(ref options, settings.Registry.UserAgent, static (o, v) => o with { UserAgent = v });
        Set(ref options, settings.Registry.Proxy, static (o, v) => o with { Proxy = new WebProxy(v) });
        if (settings.Registry.TrustedTokenHosts.Count > 0)
            options = options with { TrustedTokenHosts = [.. settings.Registry.TrustedTokenHosts] };
        if (settings.Registry.PlainHttpHosts.ToHashSet(StringComparer.OrdinalIgnoreCase) is { Count: > 0 } plain)
            options = options with { UsePlainHttp = host => plain.Contains(host) ? true : null };
        if (settings.Registry.CertificateAuthorityFiles.Count > 0)
            options = options with { CertificateAuthorities = Authorities(settings.Registry.CertificateAuthorityFiles) };
        try
        {
            options.Validate();
        }
        catch (RegistryCacheException e)
        {
            _faults.Add($"Registry:{e.Message}");
        }

        return options;
    }

    public OciLayoutOptions Directories(OciLayoutOptions options)
    {
        Set(ref options, settings.Directories.LockWait, static (o, v) => o with { LockWait = v });
        Set(ref options, settings.Directories.ReadOnly, static (o, v) => o with { ReadOnly = v });
        Set(ref options, settings.Directories.MaxIndexBytes, static (o, v) => o with { MaxIndexBytes = v });
        Set(ref options, settings.Directories.IngestGracePeriod, static (o, v) => o with { IngestGracePeriod = v });
        Set(ref options, settings.Directories.ResetGracePeriod, static (o, v) => o with { ResetGracePeriod = v });
        Set(ref options, settings.Directories.MaxManifests, static (o, v) => o with { MaxManifests = v });
        Set(ref options, settings.Directories.MaxManifestBytes, static (o, v) => o with { MaxManifestBytes = v });
        return options;
    }

    public LayerOptions Layers()
    {
        var options = new LayerOptions();
        Set(ref options, settings.Layers.Cores, static (o, v) => o with { Cores = v });
        Set(ref options, settings.Layers.SpoolDirectory, static (o, v) => o with { SpoolDirectory = v });
        Set(ref options, settings.Layers.MaxDecodedBytes, static (o, v) => o with { MaxDecodedBytes = v });
        Set(ref options, settings.Layers.MaxRatio, static (o, v) => o with { MaxRatio = v });
        Set(ref options, settings.Layers.RatioGraceBytes, static (o, v) => o with { RatioGraceBytes = v });
        return options;
    }

    public CacheExportOptions Export()
    {
        var options = new CacheExportOptions();
        Set(ref options, settings.Export.MaxParallelLayers, static (o, v) => o with { MaxParallelLayers = v });
        Set(ref options, settings.Export.MaxParallelSmallLayers, static (o, v) => o with { MaxParallelSmallLayers = v });
        Set(ref options, settings.Export.ChecksEveryBlob, static (o, v) => o with { ChecksEveryBlob = v });
        Set(ref options, settings.Export.Oversize, static (o, v) => o with { Oversize = v });
        Set(ref options, settings.Export.OversizeThreshold, static (o, v) => o with { OversizeThreshold = v });
        Set(ref options, settings.Export.DefaultMode, static (o, v) => o with { DefaultMode = v });
        Set(ref options, settings.Export.AllowDockerTypesForAllCodecs, static (o, v) => o with { AllowDockerTypesForAllCodecs = v });
        Set(ref options, settings.Export.MergeWithExisting, static (o, v) => o with { MergeWithExisting = v });
        Set(ref options, settings.Export.MaxMergeAttempts, static (o, v) => o with { MaxMergeAttempts = v });
        Set(ref options, settings.Export.MergeSettleTime, static (o, v) => o with { MergeSettleTime = v });
        Set(ref options, settings.Export.OverwriteImage, static (o, v) => o with { OverwriteImage = v });
        return options;
    }

    public CacheFormatLimits Limits()
    {
        var options = CacheFormatLimits.Default;
        Set(ref options, settings.Limits.MaxManifestBytes, static (o, v) => o with { MaxManifestBytes = v });
        Set(ref options, settings.Limits.MaxConfigBytes, static (o, v) => o with { MaxConfigBytes = v });
        Set(ref options, settings.Limits.MaxRecords, static (o, v) => o with { MaxRecords = v });
        Set(ref options, settings.Limits.MaxLayers, static (o, v) => o with { MaxLayers = v });
        Set(ref options, settings.Limits.MaxLinks, static (o, v) => o with { MaxLinks = v });
        Set(ref options, settings.Limits.MaxChildManifests, static (o, v) => o with { MaxChildManifests = v });
        Set(ref options, settings.Limits.MaxClockSkew, static (o, v) => o with { MaxClockSkew = v });
        Set(ref options, settings.Limits.MaxMergeSteps, static (o, v) => o with { MaxMergeSteps = v });
        return options;
    }

    /// <summary>Where copies of blobs are kept, and how many; <see langword="null"/> for nowhere.</summary>
    public (string Directory, long MaxBytes)? LocalBlobs()
    {
        if (settings.LocalBlobs.MaxBytes < 1)
            _faults.Add($"LocalBlobs:MaxBytes is {settings.LocalBlobs.MaxBytes}; it must be at least 1.");
        return settings.LocalBlobs.Directory is { Length: > 0 } directory
            ? (directory, settings.LocalBlobs.MaxBytes ?? BuildCacheBuilder.DefaultLocalBlobBytes) : null;
    }

    /// <summary>The credentials, by host and path.</summary>
    public IReadOnlyDictionary<string, RegistryCredential> Credentials()
    {
        var found = new Dictionary<string, RegistryCredential>();
        foreach (var (i, credential) in settings.Credentials.Index())
        {
            var place = $"Credentials:{i}";
            if (string.IsNullOrEmpty(credential.Registry))
                _faults.Add($"{place}:Registry is missing. Name the host, with its port if it has one.");
            else if (string.IsNullOrEmpty(credential.Token) ? string.IsNullOrEmpty(credential.Username) || credential.Password is null
                : credential.Username is { Length: > 0 } || credential.Password is { Length: > 0 })
                _faults.Add($"{place} needs either Username and Password, or Token.");
            else if (!found.TryAdd(credential.Registry, Credential(credential))
                && !found[credential.Registry].Equals(Credential(credential)))
                _faults.Add(
                    $"{place}:Registry is '{ErrorText.Quote(credential.Registry)}', which an earlier one has too. Remove one of them.");
        }

        return found;
    }

    private static RegistryCredential Credential(CredentialSettings credential) => credential.Token is { Length: > 0 } token
        ? RegistryCredential.FromRegistryToken(token)
        : RegistryCredential.FromPassword(credential.Username!, credential.Password!);

    private X509Certificate2Collection Authorities(IEnumerable<string> files)
    {
        var authorities = new X509Certificate2Collection();
        foreach (var file in files)
        {
            try
            {
                authorities.ImportFromPemFile(file);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                _faults.Add($"Registry:CertificateAuthorityFiles has '{ErrorText.Quote(file)}', which cannot be read: "
                    + ErrorText.Sentence(e.Message));
            }
        }

        return authorities;
    }

    private void Set<TOptions, T>(
        ref TOptions options, T? value, Func<TOptions, T, TOptions> set, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct
    {
        if (value is { } given)
            Try(ref options, given, set, name);
    }

    private void Set<TOptions, T>(
        ref TOptions options, T? value, Func<TOptions, T, TOptions> set, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class
    {
        if (value is not null)
            Try(ref options, value, set, name);
    }

    private void Try<TOptions, T>(ref TOptions options, T value, Func<TOptions, T, TOptions> set, string name)
    {
        try
        {
            options = set(options, value);
        }
        catch (RegistryCacheException e)
        {
            // The message begins with the option's name. A configuration calls "settings.Registry.MaxAttempts" Registry:MaxAttempts.
            var option = name[(name.LastIndexOf('.') + 1)..];
            _faults.Add(e.Message.Replace(option, name["settings.".Length..].Replace('.', ':'), StringComparison.Ordinal));
        }
    }
}
