using RegistryCache.Core.Folders;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Storage;

namespace RegistryCache.Core.Listing;

/// <summary>Reads the manifest and the config of every tag of a place. Only the sizes of layers are kept, not the caches.</summary>
internal sealed class CacheLister(OpenPlace place, ResultOrder order)
{
    // A registry answers two small requests for each tag. More at once would only wait for each other.
    private const int TagsAtOnce = 8;

    private const string Advice = "Name a tag to list what it holds.";

    /// <summary>Lists the one tag or digest of the place.</summary>
    public async Task<CacheListing> ListOneAsync(CancellationToken cancellationToken)
    {
        var content = await place.LookAsync(cancellationToken).ConfigureAwait(false);
        var tag = await ReadAsync(place.Reference.ToString(), content, cancellationToken).ConfigureAwait(false);
        return Make(content is null ? [] : [tag]) with { IsOfOneTag = true };
    }

    /// <summary>Lists the first tags, in the order of the store.</summary>
    public async Task<CacheListing> ListAllAsync(int maxTags, CancellationToken cancellationToken)
    {
        var tags = await TagsAsync(maxTags, cancellationToken).ConfigureAwait(false);
        var found = new ListedTag[Math.Min(tags.Count, maxTags)];
        var options = new ParallelOptions { MaxDegreeOfParallelism = TagsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, found.Length, options, async (i, cancel) => found[i] = await ReadAsync(tags[i], cancel)
            .ConfigureAwait(false)).ConfigureAwait(false);
        return Make(found) with { IsComplete = tags.Count <= maxTags };
    }

    /// <summary>One tag more than asked for, if there are more.</summary>
    private async Task<List<string>> TagsAsync(int maxTags, CancellationToken cancellationToken)
    {
        if (!place.Store.Capabilities.HasFlag(StoreCapabilities.ListTags))
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions, $"{place.Store.DisplayName} cannot list its tags. {Advice}");
        }

        var tags = new List<string>();
        try
        {
            await foreach (var tag in place.Store.ListTagsAsync(cancellationToken).ConfigureAwait(false))
            {
                tags.Add(tag);
                if (tags.Count > maxTags)
                    break;
            }
        }
        catch (RegistryCacheException e)
            when (e.Code is RegistryCacheErrorCode.RegistryResponse or RegistryCacheErrorCode.RegistryUnauthorized)
        {
            throw new RegistryCacheException(e.Code, $"The tags of {place.Store.DisplayName} cannot be listed: {e.Message} {Advice}", e)
            {
                IsTransient = e.IsTransient,
            };
        }

        return tags;
    }

    private async Task<ListedTag> ReadAsync(string tag, CancellationToken cancellationToken)
    {
        try
        {
            // A tag that was deleted after it was listed counts as one without a cache.
            var content = await place.WithTag(tag).LookAsync(cancellationToken).ConfigureAwait(false);
            return await ReadAsync(tag, content, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (InlineLoader.IsAboutContent(e))
        {
            e.Mark(CacheSide.Source);
            return new ListedTag(tag) { Error = e };
        }
    }

    private async Task<ListedTag> ReadAsync(string tag, PlaceContent? content, CancellationToken cancellationToken)
    {
        if (content?.Graph is not { } graph)
            return new ListedTag(tag);
        var blobs = BlobOwners.BlobsOf(graph.Records.SelectMany(r => r.Results));
        var lastUses = new Dictionary<Digest, DateTimeOffset>();
        foreach (var digest in blobs.Keys)
        {
            if (await place.Store.FindLastUseAsync(digest, cancellationToken).ConfigureAwait(false) is { } at)
                lastUses.Add(digest, at);
        }

        return new ListedTag(tag)
        {
            Blobs = blobs,
            Cache = new CacheTag(tag, content.Manifest!)
            {
                Form = content.Form!.Value,
                IsInline = content.Config is null,
                CreatedAt = order.Best(graph.Records.SelectMany(r => r.Results))?.CreatedAt is { IsZero: false } newest ? newest : null,
                LastUsedAt = lastUses.Count == 0 ? null : lastUses.Values.Max(),
                Records = JoiningRecord.Without(graph).Length,
                Layers = blobs.Count,
                Size = blobs.Values.Sum(),
                Annotations = content.Annotations,
                Keys = FolderRecords.Keys(graph, order, lastUses),
            },
        };
    }

    private CacheListing Make(IReadOnlyCollection<ListedTag> tags)
    {
        var owners = new BlobOwners(tags.Select(t => t.Blobs));
        return new CacheListing(
            place.Store.DisplayName,
            [
                .. tags.Where(t => t.Cache is not null).Select(t => t.Cache! with { OwnSize = owners.OwnSizeOf(t.Blobs) })
                    .OrderByDescending(t => t.CreatedAt ?? CacheTime.Zero).ThenBy(t => t.Name, StringComparer.Ordinal),
            ])
        {
            OtherTags = tags.Count(t => t is { Cache: null, Error: null }),
            Failures = [.. tags.Where(t => t.Error is not null).Select(t => (t.Tag, t.Error!))],
            Layers = owners.Count,
            Size = owners.Size,
        };
    }
}
