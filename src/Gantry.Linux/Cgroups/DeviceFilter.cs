using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Cgroups;

/// <summary>A rule about devices; later rules win over earlier ones.</summary>
/// <param name="Type">'a', 'b' or 'c'.</param>
/// <param name="Major">Null: all.</param>
/// <param name="Access">Of r, w and m.</param>
public readonly record struct DeviceRule(bool Allow, char Type, uint? Major, uint? Minor, string Access)
{
    /// <summary>As devices.allow and devices.deny of v1 take it: <c>c 1:3 rwm</c>.</summary>
    public override string ToString() =>
        Type == 'a' ? "a" : $"{Type} {Major?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "*"}:{Minor?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "*"} {Access}";
}

/// <summary>
/// The devices controller of cgroup v2, which is a program of ours that the kernel asks (BPF_PROG_TYPE_CGROUP_DEVICE;
/// its context: access type u32 with the type in the lower and the access in the upper half, major u32, minor u32).
/// </summary>
public static unsafe class DeviceFilter
{
    private const int Load = 5;
    private const int Attach = 8;
    private const int ProgramType = 15;
    private const int AttachType = 6;
    private const int AllowMulti = 2;

    /// <summary>Compiles the rules and attaches them to a cgroup; all that no rule allows is refused.</summary>
    public static void Apply(FileDescriptor cgroup, IReadOnlyList<DeviceRule> rules)
    {
        var program = Compile(rules);
        using var loaded = new FileDescriptor(LoadProgram(program));
        var arguments = stackalloc uint[8];
        using var held = new HeldDescriptor(cgroup);
        arguments[0] = (uint)held.Number;
        arguments[1] = (uint)loaded.Number;
        arguments[2] = AttachType;
        arguments[3] = AllowMulti;
        Check(Raw.Call(SyscallNumber.Bpf, Attach, (nint)arguments, 8 * sizeof(uint)), "attach the device filter");
    }

    /// <summary>Instructions of eight bytes: opcode u8, registers u8, offset i16, immediate i32.</summary>
    internal static byte[] Compile(IReadOnlyList<DeviceRule> rules)
    {
        List<Instruction> code =
        [
            // Registers: the source in the upper, the destination in the lower half.
            new(0x61, 0x12, 0, 0), // r2 = type and access
            new(0xbc, 0x23, 0, 0), // w3 = w2
            new(0x54, 0x02, 0, 0xffff), // w2 &= 0xffff: the type
            new(0x74, 0x03, 0, 16), // w3 >>= 16: the access
            new(0x61, 0x14, 4, 0), // r4 = major
            new(0x61, 0x15, 8, 0), // r5 = minor
        ];

        // The last rule that matches decides, so it is asked first.
        var decided = false;
        for (var i = rules.Count - 1; i >= 0 && !decided; i--)
        {
            decided = Append(code, rules[i]);
        }

        if (!decided)
        {
            code.Add(new(0xb4, 0x00, 0, 0)); // w0 = 0
            code.Add(new(0x95, 0x00, 0, 0)); // exit
        }

        var bytes = new byte[code.Count * 8];
        for (var i = 0; i < code.Count; i++)
        {
            bytes[i * 8] = code[i].Opcode;
            bytes[(i * 8) + 1] = code[i].Registers;
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan((i * 8) + 2), code[i].Offset);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan((i * 8) + 4), code[i].Immediate);
        }

        return bytes;
    }

    /// <returns>Whether the rule is about every access: the kernel takes no program with instructions that nothing reaches.</returns>
    private static bool Append(List<Instruction> code, DeviceRule rule)
    {
        const byte jumpIfNotEqual = 0x56; // 32 bits, with an immediate
        List<Instruction> tests = [];
        if (rule.Type is 'b' or 'c')
        {
            tests.Add(new(jumpIfNotEqual, 0x02, 0, rule.Type == 'b' ? 1 : 2));
        }

        var access = (rule.Access.Contains('m', StringComparison.Ordinal) ? 1 : 0)
            | (rule.Access.Contains('r', StringComparison.Ordinal) ? 2 : 0)
            | (rule.Access.Contains('w', StringComparison.Ordinal) ? 4 : 0);
        if (rule.Type != 'a' && access != 7)
        {
            // An allowing rule must cover all of the access, a denying one any of it.
            tests.Add(new(0xbc, 0x31, 0, 0)); // w1 = w3
            tests.Add(new(0x54, 0x01, 0, rule.Allow ? ~access & 7 : access));
            tests.Add(rule.Allow ? new(jumpIfNotEqual, 0x01, 0, 0) : new(0x16, 0x01, 0, 0));
        }

        if (rule.Type != 'a' && rule.Major is { } major)
        {
            tests.Add(new(jumpIfNotEqual, 0x04, 0, (int)major));
        }

        if (rule.Type != 'a' && rule.Minor is { } minor)
        {
            tests.Add(new(jumpIfNotEqual, 0x05, 0, (int)minor));
        }

        for (var i = 0; i < tests.Count; i++)
        {
            // A test that fails goes behind the two instructions of the verdict.
            code.Add(tests[i].Opcode is jumpIfNotEqual or 0x16 ? tests[i] with { Offset = (short)(tests.Count - i + 1) } : tests[i]);
        }

        code.Add(new(0xb4, 0x00, 0, rule.Allow ? 1 : 0));
        code.Add(new(0x95, 0x00, 0, 0));
        return tests.Count == 0;
    }

    private static int LoadProgram(byte[] program)
    {
        var arguments = stackalloc byte[128];
        new Span<byte>(arguments, 128).Clear();
        fixed (byte* code = program)
        fixed (byte* license = "Apache-2.0\0"u8)
        {
            *(uint*)arguments = ProgramType;
            *(uint*)(arguments + 4) = (uint)(program.Length / 8);
            *(ulong*)(arguments + 8) = (ulong)code;
            *(ulong*)(arguments + 16) = (ulong)license;
            return Check(Raw.Call(SyscallNumber.Bpf, Load, (nint)arguments, 128), "load the device filter");
        }
    }

    private static int Check(int result, string subject) =>
        result >= 0 ? result : throw new LinuxException("bpf", (Errno)(-result), subject);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Instruction(byte Opcode, byte Registers, short Offset, int Immediate);
}
