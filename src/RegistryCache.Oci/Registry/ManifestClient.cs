using System.Net.Http.Headers;
using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Storage;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;
using RegistryCache.Storage;

namespace RegistryCache.Oci.Registry;

/// <summary>Manifests and tags of one repository.</summary>
internal sealed class ManifestClient(RepositoryContext repository)
{
    private const string Template = "/v2/{name}/manifests/{reference}";
    public const long ResolveLimit = 4 << 20;

    public async Task<Descriptor?> ResolveAsync(
        ManifestReference reference, CancellationToken cancellationToken, ScopeSet? scopes = null, bool holdsSlot = false)
    {
        // Many registries and proxies handle HEAD badly. After any answer but 200, GET decides.
        var request = Request(HttpMethod.Head, reference, scopes, holdsSlot);
        using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var headers = exchange.Response.Content.Headers;
        if (exchange.Status == 200 && headers.ContentLength is { } size and > 0 && StatedDigest(exchange) is { } digest)
        {
            if (reference.Tag is null && reference.Digest.Algorithm == digest.Algorithm && digest != reference.Digest)
                throw Mismatch(reference.Digest, digest);
            return new Descriptor(headers.ContentType?.MediaType ?? "", reference.Tag is null ? reference.Digest : digest, size);
        }

        // Without a digest or a length the bytes are needed. And only a GET has an error body that explains a refusal.
        return (await FetchAsync(reference, ResolveLimit, limitName: null, cancellationToken, scopes, holdsSlot)
            .ConfigureAwait(false))?.Descriptor;
    }

    /// <summary>Reads a manifest, optionally with more permissions: some registries show a new repository only to writers.</summary>
    public async Task<ManifestContent?> FetchAsync(
        ManifestReference reference, long maxBytes, string? limitName, CancellationToken cancellationToken, ScopeSet? scopes = null,
        bool holdsSlot = false)
    {
        var (exchange, bytes) = await WholeBody.GetAsync(
            repository.Transport, Request(HttpMethod.Get, reference, scopes, holdsSlot), maxBytes, $"manifest {reference}", limitName,
            cancellationToken).ConfigureAwait(false);
        using (exchange)
        {
            if (exchange.Status != 404)
                return Verify(reference, exchange, bytes);
            if (!holdsSlot)
                await repository.RequireRegistryAsync(exchange, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Where a tag points, asked with the permissions and in the slot of the request that will change it. So no wait for a
    /// token comes between the two.</summary>
    public async Task<Digest?> LookAsync(ManifestReference tag, ScopeSet scopes, CancellationToken cancellationToken) =>
        (await ResolveAsync(tag, cancellationToken, scopes, holdsSlot: true).ConfigureAwait(false))?.Digest;

    public Task PushAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken) =>
        PushAsync(manifest, tag, isStillWanted: null, cancellationToken);

    /// <summary>Moves a tag if it has not changed, also before each repetition: a writer that finished meanwhile keeps what it
    /// wrote.</summary>
    public async Task<bool> TryPushAsync(ManifestContent manifest, string tag, TagWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            await PushAsync(manifest, tag, watch.IsUnchangedAsync, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OutdatedRequestException)
        {
            // The registry may have moved the tag although its answer was lost.
            return watch.WasUnchanged && watch.Seen == manifest.Descriptor.Digest;
        }
    }

    public Task<bool> DeleteAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        DeleteAsync(reference, isStillWanted: null, cancellationToken);

    /// <summary>Deletes a tag if it has not changed, also before each repetition.</summary>
    /// <returns>Whether it existed; <see langword="null"/> if it has changed.</returns>
    public async Task<bool?> TryDeleteAsync(ManifestReference tag, TagWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            return await DeleteAsync(tag, watch.IsUnchangedAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (OutdatedRequestException)
        {
            return null;
        }
    }

    /// <summary>Tries once to delete a manifest by its digest, and waits after a failure that can pass.</summary>
    /// <returns>Whether it existed; <see langword="null"/> if it can be tried again.</returns>
    public async Task<bool?> DeleteOnceAsync(Digest manifest, RetrySchedule schedule, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Delete, repository.Uri("manifests/" + manifest), Template)
        {
            Scopes = repository.Delete,
            Retry = false,
        };
        try
        {
            return await DeleteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.IsTransient && e is (RegistryResponseException or RegistryTransferException))
        {
            var answer = e as RegistryResponseException;
            if (!await repository.Transport.WaitAsync(request, schedule, answer?.StatusCode, answer?.RetryAfter, e, cancellationToken)
                .ConfigureAwait(false))
                throw;
            return null;
        }
    }

    private async Task PushAsync(
        ManifestContent manifest, string? tag, Func<CancellationToken, Task<bool>>? isStillWanted, CancellationToken cancellationToken)
    {
        var descriptor = manifest.Descriptor;
        var request = new RegistryRequest(HttpMethod.Put,
            repository.Uri("manifests/" + (tag is null ? descriptor.Digest.ToString() : Tag(tag))), Template)
        {
            Scopes = repository.Push,
            BodyBytes = manifest.Bytes.Length,
            IsStillWanted = isStillWanted,
            CreateContent = _ =>
            {
                var content = new ReadOnlyMemoryContent(manifest.Bytes);
                content.Headers.ContentType =
                    new MediaTypeHeaderValue(descriptor.MediaType.Length > 0 ? descriptor.MediaType : MediaTypes.OciManifest);
                return content;
            },
        };
        using var exchange = await repository.Transport.SendAsync(request, [200, 201, 202, 204], cancellationToken).ConfigureAwait(false);
        if (StatedDigest(exchange) is { } digest && digest.Algorithm == descriptor.Digest.Algorithm && digest != descriptor.Digest)
            throw Mismatch(descriptor.Digest, digest);
    }

    private Task<bool> DeleteAsync(
        ManifestReference reference, Func<CancellationToken, Task<bool>>? isStillWanted, CancellationToken cancellationToken) =>
        DeleteAsync(
            new RegistryRequest(HttpMethod.Delete, repository.Uri("manifests/" + Name(reference)), Template)
            {
                Scopes = repository.Delete,
                IsStillWanted = isStillWanted,
            },
            cancellationToken);

    private async Task<bool> DeleteAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        using var exchange = await repository.Transport.SendAsync(request, [200, 202, 204, 404], cancellationToken).ConfigureAwait(false);
        return exchange.Status != 404;
    }

    private RegistryRequest Request(HttpMethod method, ManifestReference reference, ScopeSet? scopes, bool holdsSlot) =>
        new(method, repository.Uri("manifests/" + Name(reference)), Template)
        {
            Scopes = scopes ?? repository.Pull,
            HoldsSlot = holdsSlot,
            Accept = [.. MediaTypes.Manifests, "*/*"],
            AsksOtherwiseAfter = method == HttpMethod.Head ? [500] : [],
        };

    private static string Name(ManifestReference reference) => reference.Tag is { } tag ? Tag(tag) : reference.Digest.ToString();

    // A tag becomes part of a URL, so characters that could change the URL are refused.
    private static string Tag(string tag)
    {
        var valid = tag.Length is > 0 and <= 128 && tag[0] is not ('.' or '-')
            && tag.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
        return valid ? tag : throw new CacheFormatException(
            RegistryCacheErrorCode.InvalidReference,
            $"'{ErrorText.Quote(tag)}' is not a tag: 1 to 128 letters, digits, '_', '.' and '-', not starting with '.' or '-'.");
    }

    private ManifestContent Verify(ManifestReference reference, RegistryExchange exchange, byte[] bytes)
    {
        var type = exchange.Response.Content.Headers.ContentType?.MediaType ?? "";
        if ((reference.Tag is null ? reference.Digest : StatedDigest(exchange)) is not { } expected)
            return new ManifestContent(type, bytes);
        var actual = DigestHasher.Of(expected.Algorithm, bytes);
        return actual == expected
            ? new ManifestContent(new Descriptor(type, expected, bytes.Length), bytes)
            : throw Mismatch(expected, actual);
    }

    private static Digest? StatedDigest(RegistryExchange exchange) =>
        Digest.TryParse(exchange.Header("Docker-Content-Digest"), out var digest) ? digest : null;

    private ContentMismatchException Mismatch(Digest expected, Digest actual) =>
        new(RegistryCacheErrorCode.DigestMismatch, $"manifest in {repository.DisplayName}", expected.ToString(), actual.ToString());
}
