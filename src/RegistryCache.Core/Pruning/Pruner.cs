using Microsoft.Extensions.Logging;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Export;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Pruning;

/// <summary>Does what a plan says. Each tag is rewritten in one move, or removed. Exactly what was planned goes: a tag that another
/// writer moves meanwhile is read again, and what that writer has added stays.</summary>
internal sealed class Pruner(
    OpenPlace place, PrunePlan plan, LayerCodecSet codecs, CacheExportOptions options, TimeProvider time, ILogger logger)
{
    private IContentStore Store => place.Store;

    public async Task<PruneReport> RunAsync(CancellationToken cancellationToken)
    {
        // What stays first: a manifest can only be removed when no tag points to it any more.
        var tags = plan.Tags.ToList();
        foreach (var (i, tag) in plan.Tags.Index().OrderBy(t => t.Item.NewManifest is null))
            tags[i] = await TryAsync(tag, cancellationToken).ConfigureAwait(false);

        List<string> warnings = [.. tags.Select(t => t.Warning).OfType<string>()];
        var freed = Store.Capabilities.HasFlag(StoreCapabilities.Sweep)
            ? await SweepAsync(warnings, cancellationToken).ConfigureAwait(false)
            : await CleanAsync(tags, warnings, cancellationToken).ConfigureAwait(false);
        return new PruneReport(plan, tags) { FreedBytes = freed, Warnings = warnings };
    }

    private async Task<PrunedTag> TryAsync(PrunedTag tag, CancellationToken cancellationToken)
    {
        try
        {
            return tag.Removed is null
                ? await RemoveAsync(tag, tag.Manifest.Digest, cancellationToken).ConfigureAwait(false)
                : await PruneAsync(tag, tag.Removed, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e)
        {
            e.Mark(CacheSide.Target);
            return tag with { Error = e };
        }
    }

    private Task<PrunedTag> PruneAsync(PrunedTag tag, PruneRemoval removal, CancellationToken cancellationToken)
    {
        return new TagMove(place.WithTag(tag.Name), options, time, logger) { DropsLost = true }
            .RunAsync<PrunedTag>(NextAsync, known: null, "prune it", cancellationToken);

        async Task<TagStep<PrunedTag>> NextAsync(PlaceContent? current, PrunedTag? moved, CancellationToken cancel)
        {
            if (current is null)
                return Stays(tag with { Removal = ManifestRemoval.Absent, NewManifest = null, IsDone = true });
            if (current is not { Graph: { } graph, Digest: { } digest, Form: { } form })
            {
                return Stays(moved ?? tag with
                {
                    Removal = ManifestRemoval.InUse,
                    Reason = current.Problem?.Message ?? $"Another writer has put {current.Other} there.",
                });
            }

            var pruned = removal.ApplyTo(graph);
            if (moved is null ? pruned.IsUnchanged && current.Lost.Count == 0 : !removal.Concerns(graph))
                return Stays(tag with { NewManifest = current.Manifest, IsDone = true });
            if (PruneRemoval.Plan(pruned.Graph, form, codecs) is { } planned)
            {
                return new(planned, tag with
                {
                    NewManifest = planned.Manifest.Descriptor,
                    IsDone = true,
                    Warning = place.WithTag(tag.Name).Loss(current),
                });
            }

            if (current.Lost.Count > 0)
            {
                // A registry that answers like this may be out of order.
                return Stays(tag with
                {
                    Removal = ManifestRemoval.InUse,
                    Reason = $"{Store.DisplayName} has lost layers of it: {ListText.Of(current.Lost)}. Without the results that need them, "
                        + "nothing would be left.",
                });
            }

            var removed = await RemoveAsync(tag, digest, cancel).ConfigureAwait(false);
            return removed.Removal == ManifestRemoval.InUse ? default : Stays(removed);
        }

        static TagStep<PrunedTag> Stays(PrunedTag outcome) => new(null, outcome);
    }

    private async Task<PrunedTag> RemoveAsync(PrunedTag tag, Digest manifest, CancellationToken cancellationToken)
    {
        if (!Store.Capabilities.HasFlag(StoreCapabilities.DeleteManifests))
            return tag with { Removal = ManifestRemoval.Refused, Reason = $"{Store.DisplayName} cannot delete tags." };
        var (outcome, reason) = await Store.RemoveAsync(tag.Name, manifest, cancellationToken).ConfigureAwait(false);
        return tag with
        {
            NewManifest = null,
            Removal = outcome,
            Reason = reason,
            IsDone = outcome is not (ManifestRemoval.InUse or ManifestRemoval.Refused),
        };
    }

    private async Task<long> SweepAsync(List<string> warnings, CancellationToken cancellationToken)
    {
        var (_, bytes, notes) = await Store.SweepAsync(cancellationToken).ConfigureAwait(false);
        warnings.AddRange(notes);
        return bytes;
    }

    /// <summary>Deletes the manifests that a registry would otherwise keep under their digests, and their blobs with them.</summary>
    /// <returns>What garbage collection can now delete, in bytes.</returns>
    private async Task<long> CleanAsync(List<PrunedTag> tags, List<string> warnings, CancellationToken cancellationToken)
    {
        var kept = tags.Where(t => !t.IsDone).SelectMany(t => t.Needs).ToHashSet();
        foreach (var digest in plan.LeftOver.Where(d => !kept.Contains(d)).ToList())
        {
            if (await ReasonToKeepAsync(digest, cancellationToken).ConfigureAwait(false) is not { } reason)
                continue;
            warnings.Add($"The manifest {digest} stays, and with it what it needs. {reason}");
            kept.Add(digest);
            kept.UnionWith(plan.Tags.Where(t => t.Manifest.Digest == digest).SelectMany(t => t.Needs));
        }

        return plan.Freed.Where(f => !kept.Contains(f.Key)).Sum(f => f.Value);
    }

    private async Task<string?> ReasonToKeepAsync(Digest manifest, CancellationToken cancellationToken)
    {
        if (!Store.Capabilities.HasFlag(StoreCapabilities.DeleteManifests))
            return $"{Store.DisplayName} cannot delete manifests.";
        try
        {
            var (outcome, reason) = await Store.RemoveAsync(tag: null, manifest, cancellationToken).ConfigureAwait(false);
            return outcome switch
            {
                ManifestRemoval.InUse => "Another tag needs it now.",
                ManifestRemoval.Refused => reason ?? "",
                _ => null,
            };
        }
        catch (RegistryCacheException e)
        {
            return e.Message;
        }
    }
}
