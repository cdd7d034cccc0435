namespace RegistryCache.Peers.Servers;

/// <summary>When bytes may leave a connection that carries only so many bytes in a second.</summary>
/// <param name="bytesPerSecond">The most bytes in a second; null: any number.</param>
internal sealed class Pace(double? bytesPerSecond)
{
    private TimeSpan _free;

    /// <summary>Takes the time that the bytes need on the wire.</summary>
    /// <param name="now">The time when the bytes are there.</param>
    /// <param name="bytes">How many they are.</param>
    /// <returns>The time when the last of them has passed.</returns>
    public TimeSpan Pass(TimeSpan now, int bytes)
    {
        var start = now > _free ? now : _free;
        _free = bytesPerSecond is { } rate ? start + TimeSpan.FromSeconds(bytes / rate) : start;
        return _free;
    }
}
