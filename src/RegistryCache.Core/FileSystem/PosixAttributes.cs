using System.Runtime.InteropServices;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FileSystem;

/// <summary>Reads extended attributes. Another process may change them meanwhile, so sizes are asked for and then not trusted.</summary>
internal static class PosixAttributes
{
    private const int MaxBytes = 64 * 1024;

    public static SortedDictionary<string, byte[]> Read(byte[] path, Func<int, Exception> failure)
    {
        var result = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var list = new byte[MaxBytes];
        var length = Libc.ListAttributes(path, list, list.Length);
        if (length < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is Libc.NotSupported or Libc.NoEntry ? result : throw failure(error);
        }

        var value = new byte[MaxBytes];
        for (var names = list.AsSpan(0, (int)length); !names.IsEmpty;)
        {
            var end = names.IndexOf((byte)0);
            var size = Libc.GetAttribute(path, names[..(end + 1)], value, value.Length);
            if (size >= 0)
                result[PathText.Decode(names[..end])] = value.AsSpan(0, (int)size).ToArray();
            else if (Marshal.GetLastPInvokeError() is var error and not (Libc.NoData or Libc.NotSupported))
                throw failure(error);
            names = names[(end + 1)..];
        }

        return result;
    }
}
