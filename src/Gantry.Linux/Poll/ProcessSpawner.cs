using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Gantry.Linux.Native;

namespace Gantry.Linux.Poll;

/// <summary>A descriptor a new process gets, and the number it has there.</summary>
public readonly record struct InheritedDescriptor(SafeHandle Handle, int Number);

/// <summary>A program to start, and all that it inherits: no signal is blocked or ignored.</summary>
public sealed record SpawnRequest
{
    public required string Program { get; init; }

    /// <summary>With the program's name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>All descriptors it has; every other is closed.</summary>
    public required IReadOnlyList<InheritedDescriptor> Descriptors { get; init; }

    /// <summary>Leads a session of its own (setsid(2)).</summary>
    public bool NewSession { get; init; }
}

/// <summary>
/// Starts processes from a program of many threads: posix_spawn(3) does not copy the address space and runs none of
/// our code in the child.
/// </summary>
public static unsafe class ProcessSpawner
{
    // glibc: posix_spawn_file_actions_t has 80 bytes, posix_spawnattr_t 336, sigset_t 128, on x86-64 and arm64.
    private const int ActionsSize = 80;
    private const int AttributesSize = 336;
    private const int SignalSetSize = 128;
    private const short SetSignalMask = 0x08;
    private const short SetSignalDefault = 0x04;
    private const short SetSession = 0x80;
    private const int Kill = 9;
    private const int Stop = 19;
    private const int HighestSignal = 64;
    private const int DuplicateCloseOnExec = 1030;

    /// <summary>Starts it and returns its process id; the caller reaps it (<see cref="ChildProcess"/>).</summary>
    /// <exception cref="LinuxException">The program could not be started.</exception>
    public static int Spawn(SpawnRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var actions = stackalloc byte[ActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        Check(Libc.SpawnActionsInitialize(actions), request);
        Check(Libc.SpawnAttributesInitialize(attributes), request);
        var copies = new List<FileDescriptor>();
        try
        {
            AddDescriptors(request, actions, copies);
            SetAttributes(request, attributes);
            return Start(request, actions, attributes);
        }
        finally
        {
            copies.ForEach(copy => copy.Dispose());
            _ = Libc.SpawnAttributesDestroy(attributes);
            _ = Libc.SpawnActionsDestroy(actions);
        }
    }

    private static void AddDescriptors(SpawnRequest request, byte* actions, List<FileDescriptor> copies)
    {
        var above = request.Descriptors.Select(d => d.Number + 1).DefaultIfEmpty(0).Max();
        foreach (var (handle, number) in request.Descriptors)
        {
            // Copies above all the targets: no dup2 can overwrite what a later one takes.
            using var held = new HeldDescriptor(handle);
            var copy = Libc.Check(Libc.FcntlSet(held.Number, DuplicateCloseOnExec, above), "fcntl", request.Program);
            copies.Add(new FileDescriptor(copy));
            Check(Libc.SpawnActionsAddDuplicate(actions, copy, number), request);
        }

        Check(Libc.SpawnActionsAddCloseFrom(actions, above), request);
    }

    private static void SetAttributes(SpawnRequest request, byte* attributes)
    {
        var flags = (short)(SetSignalMask | SetSignalDefault | (request.NewSession ? SetSession : 0));
        Check(Libc.SpawnAttributesSetFlags(attributes, flags), request);
        var signals = stackalloc byte[SignalSetSize];
        var set = new Span<byte>(signals, SignalSetSize);
        set.Clear();
        Check(Libc.SpawnAttributesSetMask(attributes, signals), request);
        set.Clear();
        for (var signal = 1; signal <= HighestSignal; signal++)
        {
            // 32 and 33 are the C library's own (nptl(7)), and it refuses a set that names them.
            if (signal is not (Kill or Stop or 32 or 33))
            {
                Add(set, signal);
            }
        }

        Check(Libc.SpawnAttributesSetDefault(attributes, signals), request);
    }

    private static int Start(SpawnRequest request, byte* actions, byte* attributes)
    {
        using var arguments = new NativeStrings(request.Arguments);
        using var environment = new NativeStrings(request.Environment);
        var program = Utf8StringMarshaller.ConvertToUnmanaged(request.Program);
        try
        {
            var pid = 0;
            Check(Libc.PosixSpawn(&pid, program, actions, attributes, arguments.Pointers, environment.Pointers), request);
            return pid;
        }
        finally
        {
            Utf8StringMarshaller.Free(program);
        }
    }

    private static void Add(Span<byte> set, int signal) => set[(signal - 1) / 8] |= (byte)(1 << ((signal - 1) % 8));

    private static void Check(int error, SpawnRequest request)
    {
        if (error != 0)
        {
            throw new LinuxException("posix_spawn", (Errno)error, request.Program);
        }
    }
}
