using Mono.Cecil;
using RegistryCache.House;

namespace RegistryCache.Architecture.Tests;

/// <summary>What users see of the compiled packages. See docs/adr/0012-friend-packages.md.</summary>
internal sealed class PublicSurfaceTests
{
    private static readonly RoomMap House = RoomMap.Read(Repository.Root, AppContext.BaseDirectory);

    private static IEnumerable<TypeDefinition> Types => House.Packages.SelectMany(p => p.Types);

    private static IEnumerable<TypeDefinition> PublicTypes => Types.Where(t => t.IsPublic);

    [Test]
    public void Users_import_few_namespaces() => Assert.That(
        PublicTypes.Select(t => t.Namespace).Distinct(),
        Is.EquivalentTo(new[] { "RegistryCache", "RegistryCache.Layers", "RegistryCache.Storage", "RegistryCache.Oci", "RegistryCache.Compression",
            "RegistryCache.Hosting", "RegistryCache.Testing" }));

    [TestCase("RegistryCache.Testing", 40)]
    [TestCase("", 172)]
    public void There_are_few_public_types(string package, int most)
    {
        var isTesting = package.Length > 0;

        Assert.That(PublicTypes.Count(t => t.Namespace.StartsWith("RegistryCache.Testing", StringComparison.Ordinal) == isTesting), Is.LessThanOrEqualTo(most));
    }

    [Test]
    public void An_internal_type_lives_in_the_namespace_of_its_room_and_never_in_one_that_users_import()
    {
        var open = PublicTypes.Select(t => t.Namespace).ToHashSet(StringComparer.Ordinal);
        var offences = Types.Where(t => !t.IsPublic)
            .Where(t => open.Contains(t.Namespace) || t.Namespace != "RegistryCache." + House.RoomOf(t)?.Replace('/', '.'))
            .Select(t => $"{t.FullName} in {House.RoomOf(t)}");

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Members_that_users_see_mention_no_internal_type()
    {
        var closed = Types.Where(t => !t.IsPublic).Select(t => t.FullName).ToHashSet(StringComparer.Ordinal);
        var offences = PublicTypes.SelectMany(t => TypeUses.InPublicSignatures(t)
            .Where(used => closed.Contains(used.FullName)).Select(used => $"{t.FullName} mentions {used.FullName}"));

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void A_cancellation_token_is_the_last_parameter_and_optional()
    {
        var offences = PublicTypes.SelectMany(t => t.Methods.Where(IsSeen).Where(m => m.Parameters.Any(IsToken)))
            .Where(m => !IsOfStream(m))
            .Where(m => m.Parameters.Count(IsToken) > 1 || m.Parameters[^1] is not { IsOptional: true } last || !IsToken(last))
            .Select(m => m.FullName);

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Options_are_sealed_records_that_are_set_once()
    {
        var options = PublicTypes.Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal) || t.Name.EndsWith("Limits", StringComparison.Ordinal)).ToList();
        var offences = options.Where(t => !t.IsSealed || t.Methods.All(m => m.Name != "<Clone>$")).Select(t => t.FullName)
            .Concat(options.SelectMany(t => t.Properties).Where(p => p.SetMethod is { IsPublic: true } set && !IsInit(set)).Select(p => p.FullName))
            .Concat(options.Where(t => !t.Methods.Any(m => m.IsConstructor && m.IsPublic && m.Parameters.Count == 0)).Select(t => t.FullName));

        Assert.That(options, Is.Not.Empty);
        Assert.That(offences, Is.Empty);
    }

    private static bool IsSeen(MethodDefinition method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsToken(ParameterDefinition parameter) => parameter.ParameterType.FullName == typeof(CancellationToken).FullName;

    private static bool IsInit(MethodDefinition setter) =>
        setter.ReturnType is RequiredModifierType { ModifierType.Name: "IsExternalInit" };

    // The framework's own signature, which an override has to repeat.
    private static bool IsOfStream(MethodDefinition method) =>
        method is { IsVirtual: true, IsNewSlot: false, Name: "ReadAsync" } && method.Parameters[0].ParameterType.FullName == "System.Byte[]";
}
