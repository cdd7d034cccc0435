using System.Globalization;
using RegistryCache.Core.Content;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Testing.Contracts;

/// <summary>A codec does not take a damaged blob for a whole one.</summary>
internal static class CodecDamageRules
{
    private const string Decode = "ILayerCodec.OpenDecoder";
    private const string Advice =
        "Read to the end of the format, and throw RegistryCacheException with CorruptLayer for what is missing, wrong or left over.";

    public static IReadOnlyList<CodecRule> All { get; } =
    [
        new("A blob cut anywhere is an error", Decode, Advice, CutAsync, isSlow: true),
        new("A blob with anything after its end is an error", Decode, Advice, SurplusAsync),
        new("Random damage never passes verification and never crashes", Decode, Advice, RandomAsync, isSlow: true),
    ];

    private static async Task CutAsync(CodecTrial trial)
    {
        var (_, blob) = await trial.EncodeAsync(Small(18)).ConfigureAwait(false);
        var lengths = Enumerable.Range(1, 80).Select(n => blob.Length - n)
            .Concat(Enumerable.Range(1, 40).Select(n => blob.Length * n / 41));
        foreach (var length in lengths.Where(static n => n > 0))
        {
            // A cut between two members or frames leaves a whole file; only the digest can tell, and it does.
            var descriptor = new Descriptor(trial.Codec.MediaType, Digest.OfBytes(blob), blob.Length);
            await trial.RequireErrorAsync<RegistryCacheException>(
                () => trial.ReadAsync(descriptor, blob[..length]),
                string.Create(CultureInfo.InvariantCulture, $"reading {length} of {blob.Length} bytes")).ConfigureAwait(false);
        }
    }

    private static async Task SurplusAsync(CodecTrial trial)
    {
        var (layer, blob) = await trial.EncodeAsync(Small(19)).ConfigureAwait(false);
        byte[][] all = [[0], new byte[12], [0x1f], [0x1f, 0x8b], [0x28], [0x28, 0xb5, 0x2f, 0xfd], [.. "garbage"u8], new byte[70_000]];
        foreach (var surplus in all)
        {
            var start = Convert.ToHexStringLower(surplus.AsSpan(0, Math.Min(8, surplus.Length)));
            var what = string.Create(CultureInfo.InvariantCulture, $"decoding a blob with {surplus.Length} more bytes, {start}");
            await trial.RequireErrorAsync<RegistryCacheException>(
                () => trial.ReadAsync(layer.ToDescriptor(), [.. blob, .. surplus]), $"reading and {what}").ConfigureAwait(false);

            // What does not compress has no end of its own.
            if (trial.Codec.Levels is null)
                continue;
            var error = await trial.RequireErrorAsync<RegistryCacheException>(() => trial.DecodeAsync([.. blob, .. surplus]), what)
                .ConfigureAwait(false);
            trial.RequireEqual(error.Code, RegistryCacheErrorCode.CorruptLayer, $"the code of the error of {what}");
        }
    }

    private static async Task RandomAsync(CodecTrial trial)
    {
        var seed = trial.Seed ?? Random.Shared.Next();
        var random = new Random(seed);
        var (layer, blob) = await trial.EncodeAsync(RandomTar.Create(seed, entries: 8, maxFileLength: 3000)).ConfigureAwait(false);
        for (var i = 0; i < 150; i++)
        {
            var damaged = Damage(random, blob);
            if (damaged.AsSpan().SequenceEqual(blob))
                continue;

            // First as a store would hand it out, then with a descriptor that vouches for the damaged bytes: only the diffID protects.
            var what = string.Create(CultureInfo.InvariantCulture, $"damage {i} of seed {seed}");
            await trial.RequireErrorAsync<RegistryCacheException>(
                () => trial.ReadAsync(layer.ToDescriptor(), damaged), $"reading {what}").ConfigureAwait(false);
            var vouched = new Descriptor(layer.MediaType, Digest.OfBytes(damaged), damaged.Length)
                .WithAnnotation(AnnotationKeys.Uncompressed, layer.DiffId.ToString());
            await RequireRefusedOrSameAsync(trial, vouched, damaged, layer.DiffId, what).ConfigureAwait(false);
        }
    }

    private static async Task RequireRefusedOrSameAsync(CodecTrial trial, Descriptor vouched, byte[] damaged, Digest diffId, string what)
    {
        byte[] decoded;
        try
        {
            decoded = await trial.ReadAsync(vouched, damaged).ConfigureAwait(false);
        }
        catch (RegistryCacheException)
        {
            return; // Refused: that is the usual outcome.
        }

        trial.RequireEqual(Digest.OfBytes(decoded), diffId, $"the diffID of {what}");
    }

    private static byte[] Small(int seed) => RandomTar.Create(seed, entries: 4, maxFileLength: 4000);

    private static byte[] Damage(Random random, byte[] blob)
    {
        var result = blob.ToArray();
        switch (random.Next(4))
        {
            case 0:
                result[random.Next(result.Length)] ^= (byte)(1 << random.Next(8));
                return result;
            case 1:
                return result[..random.Next(result.Length)];
            case 2:
                var from = random.Next(result.Length);
                return [.. result[..from], .. result[Math.Min(result.Length, from + random.Next(1, 50))..]];
            default:
                random.NextBytes(result.AsSpan(random.Next(result.Length)));
                return result;
        }
    }
}
