using RegistryCache.Core.Layers;
using RegistryCache.Layers;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Testing.Contracts;

/// <summary>A codec gives back what it was given, and says the truth about it.</summary>
internal static class CodecRules
{
    private const string Encode = "ILayerCodec.EncodeAsync";
    private const string Decode = "ILayerCodec.OpenDecoder";
    private const string Lossless = "Write every byte of the tar, finish the format before EncodeAsync returns, and decode to the end.";
    private const string Fixed = "Give the encoder pieces of a fixed length, and write no time, no name and no number of threads.";

    public static IReadOnlyList<CodecRule> All { get; } =
    [
        .. Enumerable.Range(0, 4).Select(static seed => new CodecRule(
            $"A tar comes back as it was, number {seed}", Decode, Lossless,
            trial => RoundTripAsync(trial, RandomTar.Create(seed)))),
        new("A tar comes back that is longer than any block", Decode, Lossless,
            static trial => RoundTripAsync(trial, RandomTar.Create(seed: 7, entries: 12, maxFileLength: 12_000_000)), isSlow: true),
        new("A tar without entries comes back", Decode, Lossless, static trial => RoundTripAsync(trial, new byte[1024])),
        new("Digests and sizes are true", "EncodedLayer",
            "Hash and count what is read from the tar and what is written to the blob; HashedOutput does both.", FactsAsync),
        new("The codec recognises its own blobs", "ILayerCodec.MatchAsync",
            "Look at the first bytes of the blob, and not at its media type.", MatchAsync),
        new("The same bytes come whatever the number of workers", Encode, Fixed, WorkersAsync, isSlow: true),
        new("The same bytes come however the tar arrives", Encode, Fixed, PiecesAsync),
        new("Several layers are encoded at once with shared workers", "ILayerCodec, thread safety",
            "Keep no state between calls.", AtOnceAsync, isSlow: true),
        new("Cancelling stops the work", Encode, "Pass the token on to every read and write.", CancelAsync),
        new("What the tar stream throws comes through", Encode, "Do not wrap or swallow errors of the tar stream.", ErrorAsync),
    ];

    private static async Task RoundTripAsync(CodecTrial trial, byte[] tar)
    {
        var (layer, blob) = await trial.EncodeAsync(tar).ConfigureAwait(false);
        trial.RequireBytes(await trial.DecodeTarAsync(layer, blob).ConfigureAwait(false), tar, "the decoded tar");
    }

    private static async Task FactsAsync(CodecTrial trial)
    {
        var (layer, blob) = await trial.EncodeAsync(RandomTar.Create(seed: 11)).ConfigureAwait(false);
        trial.RequireEqual(layer.Compression, trial.Codec.Compression, "Compression");
        trial.RequireEqual(layer.MediaType, trial.Codec.MediaType, "MediaType");
        trial.RequireEqual(layer.Digest, Digest.OfBytes(blob), "Digest");
        trial.RequireEqual(layer.Size, blob.Length, "Size");
        var decoded = await trial.DecodeAsync(blob).ConfigureAwait(false);
        trial.RequireEqual(layer.DiffId, Digest.OfBytes(decoded), "DiffId");
        trial.RequireEqual(layer.UncompressedSize, decoded.Length, "UncompressedSize");
        trial.RequireBytes(
            await trial.ReadAsync(layer.ToDescriptor(), blob).ConfigureAwait(false), decoded, "the layer, read with everything checked");
    }

    private static async Task MatchAsync(CodecTrial trial)
    {
        var (layer, blob) = await trial.EncodeAsync(RandomTar.Create(seed: 12)).ConfigureAwait(false);
        var match = await trial.Codec.MatchAsync(CodecTrial.Probe(layer, blob), trial.Cancellation).ConfigureAwait(false);
        trial.Require(match != LayerMatch.None, "any match but None", match.ToString());
    }

    private static async Task WorkersAsync(CodecTrial trial)
    {
        var tar = RandomTar.Create(seed: 13, entries: 30, maxFileLength: 3_000_000);
        Digest? first = null;
        foreach (var count in new[] { 1, 2, 8 })
        {
            using var workers = new LayerWorkers(count);
            var (layer, _) = await trial.EncodeAsync(tar, new LayerEncodeOptions { Workers = workers }).ConfigureAwait(false);
            first ??= layer.Digest;
            trial.RequireEqual(layer.Digest, first.Value, $"the digest with {count} workers");
        }
    }

    private static async Task PiecesAsync(CodecTrial trial)
    {
        var tar = RandomTar.Create(seed: 14, entries: 10, maxFileLength: 1_000_000);
        var (whole, _) = await trial.EncodeAsync(tar).ConfigureAwait(false);
        using var blob = new MemoryStream();
        using var pieces = new DrippingStream(tar, seed: 14);
        var dripped = await trial.Codec.EncodeAsync(pieces, blob, new LayerEncodeOptions(), trial.Cancellation).ConfigureAwait(false);
        trial.RequireEqual(dripped.Digest, whole.Digest, "the digest of the same tar in small pieces");
    }

    private static async Task AtOnceAsync(CodecTrial trial)
    {
        using var workers = new LayerWorkers(2);
        var tars = Enumerable.Range(20, 6).Select(static seed => RandomTar.Create(seed)).ToList();
        var encoded = await Task.WhenAll(tars.Select(tar => trial.EncodeAsync(tar, new LayerEncodeOptions { Workers = workers })))
            .ConfigureAwait(false);
        foreach (var (i, tar) in tars.Index())
        {
            var (layer, blob) = encoded[i];
            trial.RequireBytes(await trial.DecodeTarAsync(layer, blob).ConfigureAwait(false), tar, $"tar {i} of {tars.Count}");
        }
    }

    private static async Task CancelAsync(CodecTrial trial)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(trial.Cancellation);
        using var tar = Long(30, cancelled.Cancel);
        await trial.RequireErrorAsync<OperationCanceledException>(
            () => trial.Codec.EncodeAsync(tar, new MemoryStream(), new LayerEncodeOptions(), cancelled.Token), "cancelled encoding")
            .ConfigureAwait(false);
    }

    private static async Task ErrorAsync(CodecTrial trial)
    {
        using var tar = Long(31, static () => throw new IOException("the disk went away"));
        var error = await trial.RequireErrorAsync<IOException>(
            () => trial.Codec.EncodeAsync(tar, new MemoryStream(), new LayerEncodeOptions(), trial.Cancellation),
            "encoding a tar that cannot be read").ConfigureAwait(false);
        trial.RequireEqual(error.Message, "the disk went away", "the message of the error");
    }

    private static DrippingStream Long(int seed, Action act) => new(
        RandomTar.Create(seed, entries: 20, maxFileLength: 500_000),
        seed,
        position =>
        {
            if (position > 1_000_000)
                act();
        });
}
