using System.Runtime.InteropServices;

namespace RegistryCache.Core.FileSystem;

/// <summary>Numbers of those calls of Linux that not every C library has a function for: musl 1.2.3 lacks statx and renameat2, other
/// versions getdents64, and old ones of glibc all of them. They go through syscall(2). Source: Linux, its tables of calls.</summary>
internal sealed record SystemCalls(nint StatX, nint GetDirectoryEntries, nint Rename, nint MakeNode)
{
    /// <summary>The numbers here; 0 for what is not known on this architecture.</summary>
    public static SystemCalls Numbers { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new(332, 217, 316, 259),
        Architecture.Arm64 => new(291, 61, 276, 33),
        Architecture.RiscV64 or Architecture.LoongArch64 => new(291, 0, 0, 0),
        Architecture.Arm => new(397, 0, 0, 0),
        Architecture.X86 or Architecture.Ppc64le => new(383, 0, 0, 0),
        Architecture.S390x => new(379, 0, 0, 0),
        _ => new(0, 0, 0, 0),
    };
}
