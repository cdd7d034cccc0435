using System.Globalization;
using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>A time with nanoseconds and a UTC offset, as in cache records. A <see cref="DateTimeOffset"/> has only 100 ns and prints
/// <c>+00:00</c>, so it would change the bytes of a config. The offset matters only for the text, not for equality and order. Years 0 to
/// 9999. Source: BuildKit cache/remotecache/v1/types/spec.go, Go time.Time JSON form.</summary>
public readonly struct CacheTime : IEquatable<CacheTime>, IComparable<CacheTime>
{
    private const long SecondsPerDay = 86400;
    private const long Epoch = 719162 * SecondsPerDay;
    private const long MinSecond = -366 * SecondsPerDay;
    private const long MaxSecond = 3652059 * SecondsPerDay - 1;

    // Seconds are counted from 0001-01-01T00:00:00Z, so that default is the zero time of the format.
    private readonly long _second;
    private readonly int _nanosecond;
    private readonly short _offsetMinutes;

    private CacheTime(long second, int nanosecond, short offsetMinutes)
    {
        _second = second;
        _nanosecond = nanosecond;
        _offsetMinutes = offsetMinutes;
    }

    /// <summary>The zero time, <c>0001-01-01T00:00:00Z</c>, which means that the time is not known.</summary>
    public static CacheTime Zero => default;

    /// <summary>Whether this is the instant of <see cref="Zero"/>.</summary>
    public bool IsZero => _second == 0 && _nanosecond == 0;

    /// <summary>The nanoseconds within the second, 0 to 999,999,999.</summary>
    public int Nanosecond => _nanosecond;

    /// <summary>The whole seconds since 1970-01-01T00:00:00Z, negative before it.</summary>
    public long UnixSeconds => _second - Epoch;

    /// <summary>The offset from UTC, in whole minutes, less than a day either way.</summary>
    public TimeSpan Offset => TimeSpan.FromMinutes(_offsetMinutes);

    /// <summary>The time of a <see cref="DateTimeOffset"/>, exact to its 100 ns.</summary>
    /// <param name="value">The time.</param>
    public static CacheTime From(DateTimeOffset value)
    {
        var second = Math.DivRem(value.UtcTicks, TimeSpan.TicksPerSecond, out var rest);
        return new CacheTime(second, (int)rest * 100, (short)value.Offset.TotalMinutes);
    }

    /// <summary>A UTC time from the Unix epoch.</summary>
    /// <param name="seconds">Seconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="nanoseconds">Nanoseconds within the second, 0 to 999,999,999.</param>
    public static CacheTime FromUnix(long seconds, int nanoseconds = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, 999_999_999);
        if (seconds < MinSecond - Epoch || seconds > MaxSecond - Epoch)
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "Only the years 0 to 9999 can be written.");
        return new CacheTime(seconds + Epoch, nanoseconds, 0);
    }

    /// <summary>The nearest <see cref="DateTimeOffset"/> at or before this time; <see langword="null"/> for the year 0.</summary>
    public DateTimeOffset? ToDateTimeOffset()
    {
        var utcTicks = _second * TimeSpan.TicksPerSecond + _nanosecond / 100;
        var localTicks = utcTicks + _offsetMinutes * TimeSpan.TicksPerMinute;
        return utcTicks < 0 || localTicks < 0 || localTicks > DateTime.MaxValue.Ticks || Math.Abs(_offsetMinutes) > 14 * 60
            ? utcTicks < 0 ? null : new DateTimeOffset(utcTicks, TimeSpan.Zero)
            : new DateTimeOffset(localTicks, Offset);
    }

    /// <summary>Parses RFC 3339 as strictly as Go: upper-case <c>T</c> and <c>Z</c>, two-digit fields, nine fractional digits
    /// kept.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="RegistryCacheException">The text is not such a time (<see cref="RegistryCacheErrorCode.InvalidTime"/>).</exception>
    public static CacheTime Parse(string text) => TryParse(text, out var time)
        ? time
        : throw new CacheFormatException(
            RegistryCacheErrorCode.InvalidTime,
            $"'{ErrorText.Quote(text)}' is not an RFC 3339 time such as 2026-11-23T08:47:36.64339561Z.");

    /// <summary>Parses RFC 3339, see <see cref="Parse"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time, or <see cref="Zero"/>.</param>
    /// <returns>Whether the text is a time.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out CacheTime time)
    {
        time = default;
        if (text.Length < 20
            || !Digits(text, 0, 4, out var year) || text[4] != '-' || !Digits(text, 5, 2, out var month) || text[7] != '-'
            || !Digits(text, 8, 2, out var day) || text[10] != 'T' || !Digits(text, 11, 2, out var hour) || text[13] != ':'
            || !Digits(text, 14, 2, out var minute) || text[16] != ':' || !Digits(text, 17, 2, out var second)
            || month is < 1 or > 12 || day < 1 || day > DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;

        var rest = text[19..];
        var nanosecond = 0;
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
                return false;
            for (var i = 0; i < 9; i++)
                nanosecond = nanosecond * 10 + (i < digits ? rest[1 + i] - '0' : 0);
            rest = rest[(1 + digits)..];
        }

        short offset = 0;
        if (!rest.SequenceEqual("Z"))
        {
            if (rest.Length != 6 || rest[0] is not ('+' or '-') || rest[3] != ':'
                || !Digits(rest, 1, 2, out var hours) || !Digits(rest, 4, 2, out var minutes) || hours > 23 || minutes > 59)
                return false;
            offset = (short)((hours * 60 + minutes) * (rest[0] == '-' ? -1 : 1));
        }

        var local = DaysBefore(year, month, day) * SecondsPerDay + hour * 3600 + minute * 60 + second;
        time = new CacheTime(local - offset * 60, nanosecond, offset);
        return true;
    }

    /// <summary>RFC 3339 with up to nine fractional digits, trailing zeros removed; <c>Z</c> for offset 0.</summary>
    public override string ToString()
    {
        var local = _second + _offsetMinutes * 60L;
        var days = Math.DivRem(local, SecondsPerDay, out var secondOfDay);
        if (secondOfDay < 0)
        {
            days--;
            secondOfDay += SecondsPerDay;
        }

        var (year, month, day) = Civil(days);
        var fraction = _nanosecond == 0 ? "" : "." + _nanosecond.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        var zone = "Z";
        if (_offsetMinutes != 0)
        {
            var size = Math.Abs((int)_offsetMinutes);
            zone = string.Create(CultureInfo.InvariantCulture, $"{(_offsetMinutes < 0 ? '-' : '+')}{size / 60:D2}:{size % 60:D2}");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{year:D4}-{month:D2}-{day:D2}T{secondOfDay / 3600:D2}:{secondOfDay / 60 % 60:D2}:{secondOfDay % 60:D2}{fraction}{zone}");
    }

    internal CacheTime Next() => _nanosecond == 999_999_999 ? FromUnix(UnixSeconds + 1) : FromUnix(UnixSeconds, _nanosecond + 1);

    /// <inheritdoc/>
    public bool Equals(CacheTime other) => _second == other._second && _nanosecond == other._nanosecond;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CacheTime other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_second, _nanosecond);

    /// <inheritdoc/>
    public int CompareTo(CacheTime other) =>
        _second != other._second ? _second.CompareTo(other._second) : _nanosecond.CompareTo(other._nanosecond);

    /// <summary>Whether two times are the same instant.</summary>
    /// <param name="left">One time.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(CacheTime left, CacheTime right) => left.Equals(right);

    /// <summary>Whether two times are different instants.</summary>
    /// <param name="left">One time.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(CacheTime left, CacheTime right) => !left.Equals(right);

    /// <summary>Whether one instant is before the other.</summary>
    /// <param name="left">One time.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(CacheTime left, CacheTime right) => left.CompareTo(right) < 0;

    /// <summary>Whether one instant is after the other.</summary>
    /// <param name="left">One time.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(CacheTime left, CacheTime right) => left.CompareTo(right) > 0;

    /// <summary>Whether one instant is not after the other.</summary>
    /// <param name="left">One time.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(CacheTime left, CacheTime right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one instant is not before the other.</summary>
    /// <param name="left">One time.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(CacheTime left, CacheTime right) => left.CompareTo(right) >= 0;

    private static bool Digits(ReadOnlySpan<char> text, int start, int count, out int value)
    {
        value = 0;
        foreach (var c in text.Slice(start, count))
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = value * 10 + (c - '0');
        }

        return true;
    }

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    private static int DaysInMonth(int year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    // Days between 0001-01-01 and the given day of the proleptic Gregorian calendar; the year 0 is a leap year before it.
    private static long DaysBefore(int year, int month, int day)
    {
        long y = year - 1;
        var days = year == 0 ? -366 : y * 365 + y / 4 - y / 100 + y / 400;
        for (var m = 1; m < month; m++)
            days += DaysInMonth(year, m);
        return days + day - 1;
    }

    private static (int Year, int Month, int Day) Civil(long days)
    {
        if (days >= 0)
        {
            var date = DateTime.MinValue.AddDays(Math.Min(days, 3652058));
            return (date.Year, date.Month, date.Day);
        }

        var rest = (int)Math.Max(days + 366, 0);
        var month = 1;
        while (rest >= DaysInMonth(0, month))
            rest -= DaysInMonth(0, month++);
        return (0, month, rest + 1);
    }
}
