using RegistryCache.Oci.Auth;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Uploads;

namespace RegistryCache.Oci.Registry;

/// <summary>Finds out what a registry allows, with as few requests as possible. None is repeated: who asks wants to know how it is
/// now.</summary>
internal sealed class AccessProbe(RepositoryContext repository)
{
    // SHA-256 of no bytes.
    private static readonly Descriptor Nothing = new(
        MediaTypes.OciLayer, Digest.Parse("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), 0);

    public async Task<RegistryAccess> RunAsync(string tag, RegistryAccessCheck check, CancellationToken cancellationToken)
    {
        var scopes = check == RegistryAccessCheck.Pull ? repository.Pull : repository.Push;
        var request = new RegistryRequest(HttpMethod.Get, repository.Uri("manifests/" + tag), "/v2/{name}/manifests/{reference}")
        {
            Scopes = scopes,
            Accept = [.. MediaTypes.Manifests, "*/*"],
            Retry = false,
        };

        // A repository without the tag is fine: the first export makes it.
        using (await repository.Transport.SendAsync(request, [200, 404], cancellationToken).ConfigureAwait(false))
        {
            return check switch
            {
                RegistryAccessCheck.Pull => new RegistryAccess { Evidence = "Writing was not asked about." },
                RegistryAccessCheck.PullAndUpload => await UploadAsync(cancellationToken).ConfigureAwait(false),
                _ => Judge(request.Sent[^1].Authorization),
            };
        }
    }

    private RegistryAccess Judge(string? token)
    {
        var name = repository.DisplayName;
        if (TokenAccess.Actions(token, repository.Name) is not { } actions)
            return new RegistryAccess { Evidence = $"The registry does not say whether {name} may be written; only an upload shows it." };
        return actions.Contains("push") || actions.Contains("*")
            ? new RegistryAccess { CanPush = true, Evidence = $"The registry's token allows to push to {name}." }
            : new RegistryAccess { CanPush = false, Evidence = $"The registry's token does not allow to push to {name}." };
    }

    private async Task<RegistryAccess> UploadAsync(CancellationToken cancellationToken)
    {
        var steps = new UploadSteps(repository);
        var session = new UploadSession(Nothing, BlobSource.FromBytes(ReadOnlyMemory<byte>.Empty), chunkBytes: 0);
        var failure = await steps.StartAsync(session, static (_, _) => Task.FromResult(false), cancellationToken).ConfigureAwait(false);
        if (failure?.Error is { } error)
        {
            if (failure.Status is not (401 or 403))
                throw error;
            return new RegistryAccess { CanPush = false, Evidence = error.Message };
        }

        await steps.CancelAsync(session).ConfigureAwait(false);
        return new RegistryAccess { CanPush = true, Evidence = $"An upload to {repository.DisplayName} was opened and cancelled." };
    }
}
