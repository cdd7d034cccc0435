namespace RegistryCache.Cli;

/// <summary>The option <c>--devices</c>.</summary>
internal static class DeviceChoice
{
    public static EntryPolicy Of(Arguments arguments) => arguments.Choice("--devices", "refuse", "skip", "keep") switch
    {
        "skip" => EntryPolicy.Skip,
        "keep" => EntryPolicy.Keep,
        _ => EntryPolicy.Refuse,
    };
}
