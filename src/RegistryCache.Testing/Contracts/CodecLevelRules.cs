using System.Globalization;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Testing.Contracts;

/// <summary>Levels. A codec that has none ignores the level that it is given.</summary>
internal static class CodecLevelRules
{
    private const string Levels = "ILayerCodec.Levels";

    private static readonly int[] Ignored = [int.MinValue, -1, 0, 1, 9, int.MaxValue];

    public static IReadOnlyList<CodecRule> All { get; } =
    [
        new("Every level gives back the tar", Levels, "State only the levels that the encoder has.", EveryAsync),
        new("The default level is the one that it states", Levels,
            "Take the level from Levels.Resolve, which knows the default. Without Levels, ignore the level.", DefaultAsync),
        new("A level out of range is refused before anything is read", "ILayerCodec.EncodeAsync",
            "Call Levels.Resolve first. It throws InvalidOptions. Without Levels, ignore the level.", OutOfRangeAsync),
        new("The highest level gives a smaller blob than the lowest that compresses", Levels, "Pass the level on to the encoder.",
            SmallerAsync, isSlow: true),
    ];

    private static async Task EveryAsync(CodecTrial trial)
    {
        var tar = RandomTar.Create(seed: 15, entries: 6);
        foreach (var level in LevelsOf(trial.Codec))
        {
            var (layer, blob) = await trial.EncodeAsync(tar, new LayerEncodeOptions { Level = level }).ConfigureAwait(false);
            var what = string.Create(CultureInfo.InvariantCulture, $"the tar at level {level}");
            trial.RequireBytes(await trial.DecodeTarAsync(layer, blob).ConfigureAwait(false), tar, what);
        }
    }

    private static async Task DefaultAsync(CodecTrial trial)
    {
        var tar = RandomTar.Create(seed: 16);
        var (unnamed, _) = await trial.EncodeAsync(tar).ConfigureAwait(false);
        foreach (var level in trial.Codec.Levels is { } levels ? [levels.Default] : Ignored)
        {
            var (named, _) = await trial.EncodeAsync(tar, new LayerEncodeOptions { Level = level }).ConfigureAwait(false);
            trial.RequireEqual(unnamed.Digest, named.Digest, "the digest without a level");
        }
    }

    private static async Task OutOfRangeAsync(CodecTrial trial)
    {
        int[] outside = trial.Codec.Levels is { } levels ? [levels.Minimum - 1, levels.Maximum + 1, int.MinValue, int.MaxValue] : Ignored;
        foreach (var level in outside)
        {
            using var tar = new MemoryStream(RandomTar.Create(seed: 17));
            using var blob = new MemoryStream();
            var what = string.Create(CultureInfo.InvariantCulture, $"encoding at level {level}");
            Task EncodeAsync() => trial.Codec.EncodeAsync(tar, blob, new LayerEncodeOptions { Level = level }, trial.Cancellation);
            if (trial.Codec.Levels is null)
            {
                await EncodeAsync().ConfigureAwait(false);
                trial.RequireEqual(tar.Position, tar.Length, $"the bytes read by {what}, which is ignored");
                continue;
            }

            var error = await trial.RequireErrorAsync<RegistryCacheException>(EncodeAsync, what).ConfigureAwait(false);
            trial.RequireEqual(error.Code, RegistryCacheErrorCode.InvalidOptions, $"the code of the error of {what}");
            trial.RequireEqual((tar.Position, blob.Length), (0, 0), $"the bytes read and written by {what}");
        }
    }

    private static async Task SmallerAsync(CodecTrial trial)
    {
        var tar = RandomTar.Create(seed: 50, entries: 12, maxFileLength: 200_000);
        var levels = LevelsOf(trial.Codec);
        var lowest = Math.Max(1, levels[0]);
        var (first, _) = await trial.EncodeAsync(tar, new LayerEncodeOptions { Level = lowest }).ConfigureAwait(false);
        var (highest, _) = await trial.EncodeAsync(tar, new LayerEncodeOptions { Level = levels[^1] }).ConfigureAwait(false);
        var hasOne = trial.Codec.Levels is null || levels[^1] <= lowest;
        trial.Require(
            hasOne ? highest.Size == first.Size : highest.Size < first.Size,
            string.Create(CultureInfo.InvariantCulture, $"{(hasOne ? "exactly" : "less than")} {first.Size} bytes at level {levels[^1]}"),
            string.Create(CultureInfo.InvariantCulture, $"{highest.Size} bytes"));
    }

    private static int[] LevelsOf(ILayerCodec codec) => codec.Levels is { } levels
        ? [.. Enumerable.Range(levels.Minimum, levels.Maximum - levels.Minimum + 1)]
        : Ignored;
}
