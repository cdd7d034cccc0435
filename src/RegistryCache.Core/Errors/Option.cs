using System.Globalization;
using System.Runtime.CompilerServices;

namespace RegistryCache.Core.Errors;

/// <summary>Checks a value where an option is set. The error names the property and says what is allowed.</summary>
internal static class Option
{
    public static T InRange<T>(T value, T least, T most, [CallerMemberName] string name = "")
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw Invalid(name, value, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    public static T? InRange<T>(T? value, T least, T most, [CallerMemberName] string name = "")
        where T : struct, IComparable<T> =>
        value is { } given ? InRange(given, least, most, name) : null;

    public static T AtLeast<T>(T value, T least, [CallerMemberName] string name = "")
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 ? value : throw Invalid(name, value, string.Create(CultureInfo.InvariantCulture, $"at least {least}"));

    public static T? AtLeast<T>(T? value, T least, [CallerMemberName] string name = "")
        where T : struct, IComparable<T> =>
        value is { } given ? AtLeast(given, least, name) : null;

    public static TimeSpan Positive(TimeSpan value, [CallerMemberName] string name = "") =>
        value > TimeSpan.Zero ? value : throw Invalid(name, value, "more than 0");

    public static TimeSpan NotNegative(TimeSpan value, [CallerMemberName] string name = "") =>
        value >= TimeSpan.Zero ? value : throw Invalid(name, value, "0 or more");

    public static T Defined<T>(T value, [CallerMemberName] string name = "")
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw Invalid(name, value, string.Join(", ", Enum.GetNames<T>()));

    public static T NotNull<T>(T value, [CallerMemberName] string name = "")
        where T : class =>
        value ?? throw Invalid(name, "null", "a value");

    public static string NotEmpty(string value, [CallerMemberName] string name = "") =>
        string.IsNullOrEmpty(value) ? throw Invalid(name, value is null ? "null" : "empty", "a text") : value;

    public static RegistryCacheException Invalid(string name, object? value, string allowed) => new(
        RegistryCacheErrorCode.InvalidOptions, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}."));
}
