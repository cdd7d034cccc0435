using System.Reflection;

namespace RegistryCache.Architecture.Tests;

/// <summary>Every property of every options record refuses what it cannot mean, in <c>new</c> and in <c>with</c>, and names itself.</summary>
internal sealed class OptionsTests
{
    // Any value can be right: the codec of the layer knows its levels.
    private static readonly string[] Free = ["CompressionLevel", "Level"];

    private static readonly string[] Packages = ["RegistryCache.Core", "RegistryCache.Oci", "RegistryCache.Compression", "RegistryCache.Testing"];

    private static IEnumerable<Type> Options => Packages.SelectMany(p => Assembly.Load(p).GetExportedTypes()).Where(t =>
        t.Name.EndsWith("Options", StringComparison.Ordinal) || t.Name.EndsWith("Limits", StringComparison.Ordinal));

    private static IEnumerable<TestCaseData> BadValues => Options.SelectMany(t => t.GetProperties().Where(p => p.SetMethod is { IsPublic: true })
        .SelectMany(p => BadFor(p).Select(bad => new TestCaseData(t, p.Name, bad).SetArgDisplayNames(t.Name, p.Name, $"{bad ?? "null"}"))));

    private static IEnumerable<TestCaseData> TooLarge
    {
        get
        {
            yield return new(typeof(Oci.RegistryClientOptions), "ParallelRanges", 17);
            yield return new(typeof(Oci.RegistryClientOptions), "ParallelRangeBytes", (64 << 20) + 1);
            yield return new(typeof(Oci.RegistryClientOptions), "MaxConnectionsPerHost", 257);
            yield return new(typeof(Oci.RegistryClientOptions), "UploadChunkBytes", (64 << 10) - 1);
            yield return new(typeof(Oci.OciLayoutOptions), "MaxIndexBytes", 1L << 31);
            yield return new(typeof(Oci.OciLayoutOptions), "MaxManifestBytes", 1L << 31);
            yield return new(typeof(Compression.CompressionOptions), "MaxZstdWindowBytes", (2L << 30) + 1);
            yield return new(typeof(Compression.CompressionOptions), "MaxEStargzTocBytes", 1L << 31);
            yield return new(typeof(FolderCacheOptions), "MaxKeys", 100_001);
            yield return new(typeof(ContentDigestOptions), "Concurrency", 257);
            yield return new(typeof(CacheExportOptions), "MaxParallelLayers", 65);
            yield return new(typeof(CacheExportOptions), "MaxParallelSmallLayers", 65);
            yield return new(typeof(CacheExportOptions), "MaxMergeAttempts", 1001);
            yield return new(typeof(CacheExportOptions), "MergeSettleTime", TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1));
            yield return new(typeof(CacheExportOptions), "OversizeThreshold", 1023L);
            yield return new(typeof(CacheFormatLimits), "MaxConfigBytes", 1L << 31);
            yield return new(typeof(CacheFormatLimits), "MaxManifestBytes", 1L << 31);
            yield return new(typeof(CacheFormatLimits), "MaxClockSkew", TimeSpan.FromDays(1) + TimeSpan.FromTicks(1));
        }
    }

    [TestCaseSource(nameof(BadValues))]
    [TestCaseSource(nameof(TooLarge))]
    public void A_bad_value_is_refused_where_it_is_set_and_the_error_names_the_property(Type type, string property, object? bad)
    {
        var created = Activator.CreateInstance(type)!;
        var copied = type.GetMethod("<Clone>$")!.Invoke(created, null)!;
        foreach (var target in new[] { created, copied })
        {
            var thrown = Assert.Throws<TargetInvocationException>(() => type.GetProperty(property)!.SetMethod!.Invoke(target, [bad]))!;

            Assert.That(thrown.InnerException, Is.InstanceOf<RegistryCacheException>()
                .With.Property(nameof(RegistryCacheException.Code)).EqualTo(RegistryCacheErrorCode.InvalidOptions)
                .And.Message.StartsWith(property + " is "));
        }
    }

    private static IEnumerable<object?> BadFor(PropertyInfo property)
    {
        if (Free.Contains(property.Name))
            yield break;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(int))
            yield return -1;
        else if (type == typeof(long))
            yield return -1L;
        else if (type == typeof(TimeSpan))
            yield return TimeSpan.FromTicks(-1);
        else if (type.IsEnum)
            yield return Enum.ToObject(type, 99);
        else if (!type.IsValueType && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull)
            yield return null;
    }
}
