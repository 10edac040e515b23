using System.Buffers.Binary;
using Gantry.Linux.Files;

namespace Gantry.Linux.Seccomp;

/// <summary>A condition on an argument of a system call.</summary>
/// <param name="Index">0 to 5.</param>
/// <param name="Operator">An SCMP_CMP_* name.</param>
/// <param name="Value">For SCMP_CMP_MASKED_EQ the mask.</param>
/// <param name="ValueTwo">For SCMP_CMP_MASKED_EQ what is left after the mask.</param>
public readonly record struct SeccompCondition(uint Index, string Operator, ulong Value, ulong ValueTwo);

/// <summary>Compiles rules by name into the instructions that <c>seccomp(2)</c> loads.</summary>
public sealed unsafe class SeccompCompiler : IDisposable
{
    private const int ActionBadArchitecture = 2;
    private const int NoNewPrivileges = 3;
    private const int Optimize = 8;
    private static readonly string[] Operators =
        ["", "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"];

    private readonly SeccompLibrary library = SeccompLibrary.Current;
    private readonly uint defaultAction;
    private readonly nint context;
    private int highest;

    public SeccompCompiler(uint defaultAction)
    {
        this.defaultAction = defaultAction;
        context = library.Init(defaultAction);
        if (context == 0)
        {
            throw new LinuxException("seccomp_init", Errno.EINVAL, $"default action 0x{defaultAction:x}");
        }

        // The plan decides about no_new_privs; a binary tree makes hundreds of rules cost as few.
        _ = library.SetAttribute(context, NoNewPrivileges, 0);
        _ = library.SetAttribute(context, Optimize, 2);
    }

    /// <summary>The comparison operators by name.</summary>
    public static IReadOnlyList<string> KnownOperators { get; } = Operators[1..];

    /// <summary>Whether libseccomp is installed.</summary>
    public static bool IsAvailable => SeccompLibrary.IsAvailable;

    /// <summary>A value for seccomp(2): SCMP_ACT_ERRNO and SCMP_ACT_TRACE carry <paramref name="data"/>; null for an unknown name.</summary>
    public static uint? ActionOf(string name, uint data) => name switch
    {
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0,
        "SCMP_ACT_KILL_PROCESS" => 0x80000000,
        "SCMP_ACT_TRAP" => 0x00030000,
        "SCMP_ACT_ERRNO" => 0x00050000 | (data & 0xffff),
        "SCMP_ACT_TRACE" => 0x7ff00000 | (data & 0xffff),
        "SCMP_ACT_LOG" => 0x7ffc0000,
        "SCMP_ACT_ALLOW" => 0x7fff0000,
        "SCMP_ACT_NOTIFY" => 0x7fc00000,
        _ => null,
    };

    /// <summary>Adds an architecture by libseccomp's name: x86, aarch64, …; false when it does not know it.</summary>
    public bool TryAddArchitecture(string name)
    {
        uint token;
        fixed (byte* text = new UnixPath(name))
        {
            token = library.ResolveArchitecture(text);
        }

        if (token == 0)
        {
            return false;
        }

        var result = library.AddArchitecture(context, token);
        return result is 0 or -(int)Errno.EEXIST ? true : throw Failed("seccomp_arch_add", result, name);
    }

    /// <summary>What to do with system calls of another architecture.</summary>
    public void SetBadArchitectureAction(uint action) => _ = library.SetAttribute(context, ActionBadArchitecture, action);

    /// <summary>Adds a rule. A name that is unknown here belongs to another architecture or a newer kernel: nothing happens.</summary>
    public void Add(string systemCall, uint action, IReadOnlyList<SeccompCondition> conditions)
    {
        int number;
        fixed (byte* text = new UnixPath(systemCall))
        {
            number = library.ResolveSystemCall(text);
        }

        if (number == -1 || action == defaultAction)
        {
            return;
        }

        highest = Math.Max(highest, number);
        var comparisons = stackalloc SeccompComparison[Math.Max(1, conditions.Count)];
        for (var i = 0; i < conditions.Count; i++)
        {
            var op = Array.IndexOf(Operators, conditions[i].Operator);
            if (op <= 0)
            {
                throw new LinuxException("seccomp_rule_add", Errno.EINVAL, $"{systemCall}: operator {conditions[i].Operator}");
            }

            comparisons[i] = new()
            {
                Argument = conditions[i].Index,
                Operator = op,
                First = conditions[i].Value,
                Second = conditions[i].ValueTwo,
            };
        }

        var result = library.AddRule(context, action, number, (uint)conditions.Count, comparisons);
        if (result < 0 && result != -(int)Errno.EEXIST)
        {
            throw Failed("seccomp_rule_add", result, systemCall);
        }
    }

    /// <summary>The filter: struct sock_filter, eight bytes each.</summary>
    public byte[] Export()
    {
        using var file = MemoryFile.Create("seccomp");
        var result = library.Export(context, file.Number);
        if (result < 0)
        {
            throw Failed("seccomp_export_bpf", result, null);
        }

        return [.. UnknownCalls(), .. MemoryFile.ReadAll(file)];
    }

    public void Dispose() => library.Release(context);

    /// <summary>
    /// A C library tries a new system call and falls back when it hears ENOSYS; EPERM it takes for an answer. So calls
    /// newer than all that the profile speaks of do not exist, whatever the default action, if that is an error.
    /// </summary>
    private byte[] UnknownCalls()
    {
        const uint errorAction = 0x00050000;
        const uint actionMask = 0xffff0000;
        if ((defaultAction & actionMask) != errorAction || highest == 0)
        {
            return [];
        }

        var code = new byte[6 * 8];
        Write(code, 0, 0x20, 0, 0, 4); // load the architecture
        Write(code, 1, 0x15, 0, 4, library.NativeArchitecture()); // not ours: to the filter
        Write(code, 2, 0x20, 0, 0, 0); // load the number
        Write(code, 3, 0x25, 0, 2, (uint)highest); // not greater: to the filter
        Write(code, 4, 0x35, 1, 0, 0x40000000); // of x32's table: to the filter
        Write(code, 5, 0x06, 0, 0, errorAction | (uint)Errno.ENOSYS);
        return code;
    }

    /// <summary>struct sock_filter: code u16, jump if true u8, if false u8, k u32.</summary>
    private static void Write(byte[] code, int index, ushort opcode, byte ifTrue, byte ifFalse, uint k)
    {
        var at = code.AsSpan(index * 8);
        BinaryPrimitives.WriteUInt16LittleEndian(at, opcode);
        at[2] = ifTrue;
        at[3] = ifFalse;
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], k);
    }

    private static LinuxException Failed(string call, int result, string? subject) => new(call, (Errno)(-result), subject);
}
