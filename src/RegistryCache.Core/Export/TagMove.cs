using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using RegistryCache.Core.Diagnostics;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Import;
using RegistryCache.Storage;

namespace RegistryCache.Core.Export;

/// <summary>Moves one tag that other writers may move too: attempts with growing waits, and a move that is refused if the tag has changed.
/// If another writer has moved it, what is to be done is planned again on what that writer left, until nothing is left to do.
/// See docs/adr/0070-writers-that-meet-on-one-tag.md.</summary>
internal sealed class TagMove(OpenPlace place, CacheExportOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(10);

    private int _attempt;
    private HashSet<Digest> _missed = [];

    /// <summary>Whether results of the tag whose layers the store has lost go, if the store refuses the move. Otherwise one lost blob would
    /// end all writing.</summary>
    public bool DropsLost { private get; init; }

    /// <summary>Whether a move that was done needs no second look.</summary>
    private bool IsFinal => place.Store.Capabilities.HasFlag(StoreCapabilities.ConditionalTags);

    /// <summary>Moves the tag to what a plan makes of what it holds.</summary>
    /// <param name="plan">What to do with what the tag holds, which is <see langword="null"/> if there is no such tag. It also gets the
    /// outcome of the last move of this call, if there was one. It is asked again after each attempt that failed, and after the settle time
    /// if another writer has moved the tag.</param>
    /// <param name="known">What the tag holds, if it was just read.</param>
    /// <param name="purpose">What the attempts are for, in the error after too many of them.</param>
    /// <param name="cancellationToken">Cancels the work; the tag points to a complete cache in any case.</param>
    public async Task<T> RunAsync<T>(
        Func<PlaceContent?, T?, CancellationToken, Task<TagStep<T>>> plan,
        PlaceContent? known,
        string purpose,
        CancellationToken cancellationToken)
        where T : class
    {
        T? moved = null;
        while (await NextAttemptAsync(cancellationToken).ConfigureAwait(false))
        {
            var current = known = await place.ReadAsync(known, cancellationToken).ConfigureAwait(false);
            var step = await plan(current, moved, cancellationToken).ConfigureAwait(false);
            if (step.Move is not { } planned)
            {
                if (step.Outcome is { } stays)
                    return stays;
                continue;
            }

            try
            {
                if (!await TryAsync(planned, current, cancellationToken).ConfigureAwait(false))
                    continue;
            }
            catch (RegistryCacheException e) when (DropsLost && !e.IsTransient && current?.Graph is not null
                && e.Code is RegistryCacheErrorCode.RegistryResponse or RegistryCacheErrorCode.ContentNotFound)
            {
                var lost = await FindLostAsync(planned, current, cancellationToken).ConfigureAwait(false);
                if (lost.Count == 0)
                    throw;

                // No other writer was in the way. One look does not decide: a part of a large registry can lag behind.
                _attempt--;
                if (_missed.IsSupersetOf(lost))
                    known = current.Without(lost);
                else
                    await Task.Delay(options.MergeSettleTime, time, cancellationToken).ConfigureAwait(false);
                _missed = [.. lost];
                continue;
            }

            await place.RequireReadableAsync(current, cancellationToken).ConfigureAwait(false);
            moved = step.Outcome!;
            if (IsFinal)
                return moved;
            (known, var isOurs) = await SettleAsync(planned, cancellationToken).ConfigureAwait(false);
            if (isOurs)
                return moved;
            if (await plan(known, moved, cancellationToken).ConfigureAwait(false) is { Move: null, Outcome: { } left })
                return left;
        }

        throw Contended(purpose);
    }

    /// <summary>Begins an attempt, all but the first after a wait; <see langword="false"/> when there were enough.</summary>
    private async Task<bool> NextAttemptAsync(CancellationToken cancellationToken)
    {
        if (++_attempt > options.MaxMergeAttempts)
            return false;
        if (_attempt > 1)
        {
            SessionLog.MergeRetried(logger, place.Store.DisplayName, place.Tag, _attempt);
            await Task.Delay(BackOff(), time, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<bool> TryAsync(PlannedExport planned, PlaceContent? current, CancellationToken cancellationToken)
    {
        var expected = current?.Digest;
        var config = BlobSource.FromBytes(planned.Config.Json);
        await place.Store.PushBlobAsync(planned.ConfigDescriptor, config, progress: null, cancellationToken).ConfigureAwait(false);
        if (current is not null && expected is null)
        {
            // The manifest cannot be read and its digest is not known, so there is nothing to compare with and nothing to lose.
            await place.Store.PushManifestAsync(planned.Manifest, place.Tag, cancellationToken).ConfigureAwait(false);
            return true;
        }

        return await place.Store.TryPushManifestAsync(planned.Manifest, place.Tag, expected, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The layers of a refused move that come from the tag, and that the store does not have.</summary>
    private async Task<IReadOnlyCollection<Digest>> FindLostAsync(
        PlannedExport planned, PlaceContent current, CancellationToken cancellationToken)
    {
        var asked = planned.Config.Entries.Select(e => e.Top.Digest).Where(current.LayerSizes.ContainsKey).Except(current.Lost);
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.MaxParallelSmallLayers,
            CancellationToken = cancellationToken,
        };
        var lost = new ConcurrentBag<Digest>();
        try
        {
            await Parallel.ForEachAsync(asked, parallel, async (layer, token) =>
            {
                if (await place.Store.FindBlobAsync(layer, token).ConfigureAwait(false) is null)
                    lost.Add(layer);
            }).ConfigureAwait(false);
            return lost;
        }
        catch (RegistryCacheException)
        {
            // The refusal says more.
            return [];
        }
    }

    /// <summary>Waits until every writer that has not seen our cache has moved the tag, and reads it.</summary>
    private async Task<(PlaceContent? Current, bool IsOurs)> SettleAsync(PlannedExport written, CancellationToken cancellationToken)
    {
        await Task.Delay(options.MergeSettleTime, time, cancellationToken).ConfigureAwait(false);
        var known = new PlaceContent(written.Manifest.Descriptor.Digest) { Config = written.ConfigDescriptor };
        var current = await place.ReadAsync(known, cancellationToken).ConfigureAwait(false);
        return (current, current == known);
    }

    private CacheStorageException Contended(string purpose) => new(
        RegistryCacheErrorCode.TagContended,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Other writers kept moving {place} during {options.MaxMergeAttempts} attempts to {purpose}; try again later, or spread the "
            + $"writers over several tags."))
    {
        IsTransient = true,
    };

    // A random time, so that writers that met once do not meet again.
    private TimeSpan BackOff()
    {
        var most = Math.Min(MaxBackOff.TotalMilliseconds, FirstBackOff.TotalMilliseconds * Math.Pow(2, Math.Min(_attempt, 16)));
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * most);
    }
}
