using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using RegistryCache.Compression;
using RegistryCache.Oci;
using RegistryCache.Testing;

namespace RegistryCache.Core.Tests.Plugging;

/// <summary>Whatever a user can print is text for a person: no name of a collection's type, wherever it is inside.</summary>
internal sealed class PrintedRecordTests
{
    private static readonly Descriptor Blob = new("application/vnd.oci.image.layer.v1.tar", Digest.OfBytes("x"u8), 1);
    private static readonly CacheLayer Layer = new(Blob, BlobSource.FromBytes(new byte[1]));
    private static readonly CacheResult Result = new(LayerChain.Of(Layer), CacheTime.FromUnix(1_700_000_000));

    private static IEnumerable<Type> Records => new[] { typeof(BuildCache), typeof(CompressionOptions), typeof(RegistryClientOptions), typeof(TestRegistry) }
        .SelectMany(t => t.Assembly.GetExportedTypes())
        .Where(t => !t.IsAbstract && !t.IsGenericType && IsPrintedByItself(t));

    [TestCaseSource(nameof(Records))]
    public void It_prints_no_name_of_a_type(Type type)
    {
        var text = Make(type, depth: 0)!.ToString();

        TestContext.Out.WriteLine(text);
        Assert.That(text, Does.Not.Contain("`").And.Not.Contain("System.").And.Not.Contain("RegistryCache."));
    }

    // Records print their properties, and other types what they say themselves.
    private static bool IsPrintedByItself(Type type) => type.GetMethod("<Clone>$") is not null
        || type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null
        || type == typeof(CacheHit) || type == typeof(CacheRestore) || type == typeof(StepRun) || type == typeof(CacheImport) || type == typeof(ImportedCache)
        || type == typeof(CacheExplanation) || type == typeof(LayerConversion) || type == typeof(BuildDivergence);

    private static object? Make(Type type, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Known(type, depth) is { } known)
            return known;
        if (type.IsEnum || type.IsPrimitive)
            return Activator.CreateInstance(type);
        if (depth > 3 || type.IsInterface || type.IsAbstract || typeof(Delegate).IsAssignableFrom(type))
            return null;
        var made = RuntimeHelpers.GetUninitializedObject(type);
        for (var t = type; t is not null && t != typeof(object); t = t.BaseType)
        {
            foreach (var field in t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (Make(field.FieldType, depth + 1) is { } value)
                    field.SetValue(made, value);
            }
        }

        return made;
    }

    private static object? Known(Type type, int depth)
    {
        if (type == typeof(string))
            return "text";
        if (type == typeof(CacheRecord))
            return Graph().Records[0];
        if (type == typeof(CacheStep))
            return CacheStep.Define("acme.v1");
        if (type == typeof(CacheTarget))
            return CacheTarget.Parse("type=registry,ref=ghcr.io/acme/app:main");
        if (type == typeof(CacheSource))
            return CacheSource.Parse("type=registry,ref=ghcr.io/acme/app:main");
        if (type == typeof(RegistryCacheException))
            return new RegistryCacheException(RegistryCacheErrorCode.Unspecified, "It failed.");
        if (type == typeof(ImageReference))
            return ImageReference.Parse("ghcr.io/acme/app:main");
        if (type == typeof(CacheGraph))
            return Graph();
        if (type == typeof(System.Security.Cryptography.X509Certificates.X509Certificate2Collection))
            return new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        object?[] values = [Blob, Layer, Result, Blob.Digest, Result.CreatedAt, Result.Chain, LayerCompression.Zstd, Layer.Content, DateTimeOffset.UnixEpoch];
        if (Array.Find(values, v => v!.GetType() == type || type.IsInstanceOfType(v) && type != typeof(object) && !type.IsInterface) is { } value)
            return value;
        if (type.IsArray)
            return Filled(type.GetElementType()!, depth);
        if (!type.IsGenericType || !typeof(IEnumerable).IsAssignableFrom(type))
            return null;
        var arguments = type.GetGenericArguments();
        if (type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            var create = typeof(ImmutableArray).GetMethods().First(m => m.Name == "Create" && m.GetParameters() is [{ ParameterType.IsArray: true }]);
            return create.MakeGenericMethod(arguments).Invoke(null, [Filled(arguments[0], depth)]);
        }

        if (arguments.Length == 2)
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
            if (Make(arguments[0], depth + 1) is { } key && Make(arguments[1], depth + 1) is { } of)
                map[key] = of;
            return type.IsInstanceOfType(map) ? map : null;
        }

        var array = Filled(arguments[0], depth);
        return type.IsInstanceOfType(array) ? array : Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments), array) is { } list && type.IsInstanceOfType(list) ? list
            : Activator.CreateInstance(typeof(HashSet<>).MakeGenericType(arguments), array) is { } set && type.IsInstanceOfType(set) ? set : null;
    }

    private static Array Filled(Type item, int depth)
    {
        var value = Make(item, depth + 1);
        var array = Array.CreateInstance(item, value is null ? 0 : 2);
        for (var i = 0; i < array.Length; i++)
            array.SetValue(value, i);
        return array;
    }

    private static CacheGraph Graph()
    {
        var builder = new CacheGraphBuilder();
        builder.Add(CacheRecord.DigestOf(Blob.Digest).ToString(), [], Result);
        return builder.Build();
    }
}
