using System.Globalization;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Uploads;

/// <summary>The requests of an upload and what their answers mean. Decisions depend on a registry's behaviour, never on its name.</summary>
internal sealed class UploadSteps(RepositoryContext repository)
{
    private const long SmallChunkBytes = 4 << 20;
    private const string Template = "/v2/{name}/blobs/uploads/{session}";

    public RegistryRequest Describe(UploadSession session) =>
        new(session.Location is null ? HttpMethod.Post : session.Chunked ? HttpMethod.Patch : HttpMethod.Put,
            session.Location ?? repository.StartUpload().Uri, Template);

    public async Task<StepFailure?> StartAsync(
        UploadSession session, Func<Descriptor, CancellationToken, Task<bool>> holds, CancellationToken cancellationToken)
    {
        var request = repository.StartUpload();
        using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (exchange.Status is not (200 or 201 or 202 or 204))
            return await FailAsync(request, exchange, cancellationToken).ConfigureAwait(false);

        // 201 says that the registry already has the blob. Its size and digest decide.
        if (exchange.Status == 201 && await holds(session.Blob, cancellationToken).ConfigureAwait(false))
            return null;
        Begin(session, request, exchange, repository.Transport);
        return StepFailure.None;
    }

    /// <summary>Sends a small blob in one POST. A registry that does not take it opens a session, or refuses. Then the usual requests
    /// follow.</summary>
    /// <returns>Whether the registry has the blob.</returns>
    public async Task<bool> TrySinglePostAsync(UploadSession session, Action<long, long> report, CancellationToken cancellationToken)
    {
        var request = repository.StartUpload(
            content: stall => session.Content(0, session.Blob.Size, stall, report), query: ("digest", session.Blob.Digest.ToString()));
        using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        await session.EndBodyAsync().ConfigureAwait(false);
        if (exchange.Status == 202)
            Begin(session, request, exchange, repository.Transport);
        return exchange.Status == 201 && session.BodyBytes == session.Blob.Size
            && exchange.Header("Docker-Content-Digest") == session.Blob.Digest.ToString();
    }

    /// <summary>Starts from the session that a POST or a refused mount opened.</summary>
    public static void Begin(UploadSession session, RegistryRequest request, RegistryExchange exchange, RegistryTransport transport)
    {
        session.Offset = 0;
        session.Location = Follow(request, exchange, transport)
            ?? throw RegistryTransport.Protocol($"{transport.Host.Name} opened an upload but sent no Location header.");
        if (exchange.Header("OCI-Chunk-Min-Length") is { } text
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minimum))
            session.MinChunkBytes = minimum;
    }

    public async Task<StepFailure?> PutAsync(
        UploadSession session, Action<long, long> report, Func<Descriptor, CancellationToken, Task<bool>> holds,
        CancellationToken cancellationToken)
    {
        var offset = session.Offset;
        var length = session.Blob.Size - offset;
        var request = new RegistryRequest(HttpMethod.Put,
            RegistryUri.WithQuery(session.Location!, "digest", session.Blob.Digest.ToString()), Template)
        {
            Scopes = repository.Push,
            Retry = false,
            BodyBytes = length,
            ExpectContinue = length >= repository.Options.ExpectContinueBytes,
            CreateContent = stall => session.Content(offset, length, stall, report),
        };
        using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (exchange.Status is 200 or 201 or 202 or 204)
        {
            await session.EndBodyAsync().ConfigureAwait(false);
            if (exchange.Header("Docker-Content-Digest") is { } digest && Digest.TryParse(digest, out var stored)
                && stored.Algorithm == session.Blob.Digest.Algorithm && stored != session.Blob.Digest)
                throw new ContentMismatchException(RegistryCacheErrorCode.DigestMismatch, $"uploaded blob in {repository.DisplayName}",
                    session.Blob.Digest.ToString(), stored.ToString());

            // 201 before all bytes were sent, or only 202: check that the blob exists.
            var early = session.BodyBytes < length;
            if ((early || exchange.Status != 201) && !await holds(session.Blob, cancellationToken).ConfigureAwait(false))
            {
                return new StepFailure(RegistryTransport.Protocol($"{repository.DisplayName} confirmed blob "
                    + $"{session.Blob.Digest} but does not have it. Try again, or ask the registry's operators."))
                {
                    Status = exchange.Status,
                    Restart = true,
                };
            }

            return null;
        }

        var failure = await FailAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        return Reconsider(session, exchange, failure);
    }

    public async Task<StepFailure?> PatchAsync(
        UploadSession session, Action<long, long> report, Func<Descriptor, CancellationToken, Task<bool>> holds,
        CancellationToken cancellationToken)
    {
        if (session.MinChunkBytes > repository.Options.MaxUploadChunkBytes)
            throw new LimitExceededException($"the smallest chunk of {repository.DisplayName}", "RegistryClientOptions.MaxUploadChunkBytes",
                repository.Options.MaxUploadChunkBytes, session.MinChunkBytes);
        var offset = session.Offset;
        var length = Math.Min(Math.Max(session.ChunkBytes, session.MinChunkBytes), session.Blob.Size - offset);
        var request = new RegistryRequest(HttpMethod.Patch, session.Location!, Template)
        {
            Scopes = repository.Push,
            Retry = false,
            BodyBytes = length,
            ExpectContinue = length >= repository.Options.ExpectContinueBytes,
            CreateContent = stall =>
            {
                var content = session.Content(offset, length, stall, report);

                // The distribution form has no unit and no total, which the framework's type requires.
                content.Headers.TryAddWithoutValidation("Content-Range",
                    string.Create(CultureInfo.InvariantCulture, $"{offset}-{offset + length - 1}"));
                return content;
            },
        };
        using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (exchange.Status is 200 or 201 or 202 or 204)
        {
            await session.EndBodyAsync().ConfigureAwait(false);
            session.Location = Follow(request, exchange, repository.Transport) ?? session.Location;
            if (session.BodyBytes < length)
            {
                return new StepFailure(RegistryTransport.Protocol($"{repository.DisplayName} confirmed a chunk of {length} bytes of blob "
                    + $"{session.Blob.Digest} after {session.BodyBytes}. Try again, or ask the registry's operators."))
                {
                    Status = exchange.Status,
                };
            }

            session.Offset = offset + length;
            session.Took();

            // Some registries complete the upload with the last chunk.
            return exchange.Status == 201 && session.Offset == session.Blob.Size
                && await holds(session.Blob, cancellationToken).ConfigureAwait(false)
                ? null
                : StepFailure.None;
        }

        var failure = await FailAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        return ReconsiderChunk(session, exchange, failure, length);
    }

    /// <summary>Asks how many bytes the registry has. <see langword="null"/> if the session no longer exists.</summary>
    public async Task<long?> AskAsync(UploadSession session, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Get, session.Location!, Template) { Scopes = repository.Push };
        using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (exchange.Status is not (200 or 202 or 204))
            return null;
        session.Location = Follow(request, exchange, repository.Transport) ?? session.Location;
        return UploadRange.Read(exchange.Header("Range"));
    }

    /// <summary>Cancels the upload on the registry. Best effort and in limited time, also after a cancellation.</summary>
    public async Task CancelAsync(UploadSession session)
    {
        if (session.Location is not { } location)
            return;
        session.Location = null;
        session.Offset = 0;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), repository.Time);
            var request = new RegistryRequest(HttpMethod.Delete, location, Template) { Scopes = repository.Push, Retry = false };
            using var exchange = await repository.Transport.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RegistryCacheException or OperationCanceledException)
        {
            OciLog.CancelFailed(repository.Logger, session.Blob.Digest.ToString(), repository.DisplayName, e.GetType().Name);
        }
    }

    private static Uri? Follow(RegistryRequest request, RegistryExchange exchange, RegistryTransport transport) =>
        exchange.Header("Location") is { Length: > 0 } location
            ? transport.ResolveLocation(request, exchange.Response.RequestMessage!.RequestUri!, location)
            : null;

    private async Task<StepFailure> FailAsync(RegistryRequest request, RegistryExchange exchange, CancellationToken cancellationToken)
    {
        var error = await repository.Transport.FailureAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        return new StepFailure(error)
        {
            Status = exchange.Status,
            RetryAfter = error.RetryAfter,
            Fatal = !error.IsTransient,
        };
    }

    /// <summary>A single PUT that the registry does not support is tried in chunks, once. A lost or damaged session starts from the
    /// beginning.</summary>
    private StepFailure Reconsider(UploadSession session, RegistryExchange exchange, StepFailure failure)
    {
        var error = (RegistryResponseException)failure.Error!;
        var mayBeTheSource = exchange.Status is 400 or 422 && !session.VerifiesSource;
        session.VerifiesSource = true;
        if (error.HasError("DIGEST_INVALID"))
        {
            var resumed = session.Chunked && !session.NeverResume;
            session.NeverResume = true;

            // The next attempt sends the whole blob and verifies it, so a source with wrong content is found.
            session.Chunked = false;
            return failure with { Fatal = !resumed && !error.IsTransient && session.BytesSent >= session.Blob.Size * 3, Restart = true };
        }

        if (exchange.Status == 404 || error.HasError("BLOB_UPLOAD_UNKNOWN"))
            return error.HasError("NAME_UNKNOWN") ? failure : failure with { Fatal = false, Restart = true };
        var form = exchange.Status is 405 or 411 or 413 or 415 or 416 or 501
            || (exchange.Status == 400 && (error.HasError("UNSUPPORTED") || error.HasError("BLOB_UPLOAD_INVALID")));
        if (form && !session.Chunked && !session.ChunksRefused && session.Blob.Size > 0)
        {
            OciLog.UploadFormChanged(repository.Logger, repository.DisplayName, session.Blob.Digest.ToString(),
                $"status {exchange.Status}", "chunks");
            session.Chunked = true;
            return failure with { Fatal = false, Restart = true };
        }

        return mayBeTheSource ? failure with { Fatal = false, Restart = true } : failure;
    }

    /// <summary>After a refused chunk, smaller chunks are tried, then the single PUT.</summary>
    private StepFailure ReconsiderChunk(UploadSession session, RegistryExchange exchange, StepFailure failure, long length)
    {
        if (!failure.Fatal || exchange.Status is 401 or 403)
            return failure;
        if (exchange.Status is 416 or 413 && length > SmallChunkBytes && session.MinChunkBytes <= SmallChunkBytes)
        {
            OciLog.UploadFormChanged(repository.Logger, repository.DisplayName, session.Blob.Digest.ToString(),
                $"status {exchange.Status}", "smaller chunks");
            session.LimitChunks(SmallChunkBytes);
            return failure with { Fatal = false };
        }

        // 416 means that the offset differs from the registry's. Asking the registry gives the right one; the schedule limits
        // repetitions.
        if (exchange.Status == 416)
            return failure with { Fatal = false };
        if (session.ChunksRefused)
            return failure;
        OciLog.UploadFormChanged(repository.Logger, repository.DisplayName, session.Blob.Digest.ToString(), $"status {exchange.Status}",
            "a single PUT");
        session.Chunked = false;
        session.ChunksRefused = true;
        return failure with { Fatal = false, Restart = true };
    }
}
