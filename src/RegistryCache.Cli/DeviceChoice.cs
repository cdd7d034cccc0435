namespace RegistryCache.Cli;

/// <summary>The option <c>--devices</c>.</summary>
internal static class DeviceChoice
{
    public static SpecialFilePolicy Of(Arguments arguments) => arguments.Choice("--devices", "refuse", "skip", "keep") switch
    {
        "skip" => SpecialFilePolicy.Skip,
        "keep" => SpecialFilePolicy.Keep,
        _ => SpecialFilePolicy.Refuse,
    };
}
