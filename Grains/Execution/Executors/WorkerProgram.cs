using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution.Executors;

/// <summary>What a child process does instead of the program it is.</summary>
internal static class WorkerProgram
{
    private const string Address = "ORLEANSASYNC_WORKER";
    private const string Hooks = "DOTNET_STARTUP_HOOKS";

    /// <summary>How to start one.</summary>
    /// <param name="address">Where it finds its silo.</param>
    /// <exception cref="WorkerProcessException">The silo's program cannot be started again as one.</exception>
    public static ProcessStartInfo Describe(string address)
    {
        // Without hooks it would be a second silo.
        if (AppContext.TryGetSwitch("System.StartupHookProvider.IsSupported", out var isSupported) && !isSupported)
            throw new WorkerProcessException("Child processes need startup hooks, which this program was built without: set StartupHookSupport to true in its project.");
        if (Environment.ProcessPath is not { } program) throw new WorkerProcessException("A child process cannot be started: the path of the silo's program is not known.");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add("exec");
            // Programs that run others, such as test hosts, are told their dependencies.
            if ((AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';')[0] is { Length: > 0 } dependencies)
            {
                start.ArgumentList.Add("--depsfile");
                start.ArgumentList.Add(dependencies);
            }
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        }
        start.Environment[Address] = address;
        start.Environment[Hooks] = typeof(StartupHook).Assembly.GetName().Name;
        // One heap for each processor is for a server, not for each of its workers.
        start.Environment["DOTNET_gcServer"] = "0";
        return start;
    }

    /// <summary>Serves calls until the silo is gone, and ends the process; returns at once in any other process.</summary>
    public static void RunIfWorker()
    {
        if (Environment.GetEnvironmentVariable(Address) is not { Length: > 0 } address) return;
        // Neither is for the programs that users' code starts.
        Environment.SetEnvironmentVariable(Address, null);
        Environment.SetEnvironmentVariable(Hooks, null);
        // Signals to the silo's terminal or group are for the silo: it ends its children when it has drained.
        PosixSignalRegistration[] ignored = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            .Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true))];
        try
        {
            Serve(address);
        }
        catch (IOException)
        {
            // The silo is gone.
        }
        // One that is collected ends.
        GC.KeepAlive(ignored);
        // Whatever happens, this is not the program that it would be next.
        Environment.Exit(0);
    }

    private static void Serve(string address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(address));
        var silo = new WorkerSocket(socket);
        LoadAssemblies(silo.Receive());
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        using var calls = new BlockingCollection<byte[]>();
        var isBusy = new StrongBox<bool>();
        // Apart from the thread that runs calls, so that the end of the silo is noticed in the middle of one.
        new Thread(() => Receive(silo, calls, isBusy)) { IsBackground = true, Name = "OrleansAsync silo" }.Start();
        Dictionary<string, IProcessBody> bodies = [];
        foreach (var call in calls.GetConsumingEnumerable())
        {
            var reply = serializer.SerializeToArray(Run(serializer.Deserialize<WorkerCall>(call)!, bodies, services, serializer));
            Volatile.Write(ref isBusy.Value, false);
            silo.Send(reply);
        }
    }

    private static void Receive(WorkerSocket silo, BlockingCollection<byte[]> calls, StrongBox<bool> isBusy)
    {
        try
        {
            while (true)
            {
                var call = silo.Receive();
                Volatile.Write(ref isBusy.Value, true);
                calls.Add(call);
            }
        }
        catch (IOException)
        {
            // Users' code that runs could hold up an orderly end.
            if (Volatile.Read(ref isBusy.Value)) Process.GetCurrentProcess().Kill();
            Environment.Exit(0);
        }
    }

    private static WorkerReply Run(WorkerCall call, Dictionary<string, IProcessBody> bodies, IServiceProvider services, Serializer serializer)
    {
        try
        {
            if (!bodies.TryGetValue(call.Body, out var body))
            {
                body = (IProcessBody)ActivatorUtilities.CreateInstance(services, Type.GetType(call.Body, throwOnError: true)!);
                bodies.Add(call.Body, body);
            }
            var result = new ArrayBufferWriter<byte>();
            body.Run(serializer.Deserialize<Coroutine>(call.Coroutine)!, serializer, result);
            return new(result.WrittenSpan.ToArray(), null);
        }
#pragma warning disable CA1031 // whatever it throws is the outcome of the call
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(null, TaskFailure.From(e, serializer));
        }
    }

    /// <summary>Loads what has bodies and coroutines, so that the serializer finds it; what the program itself does not refer to comes from its file.</summary>
    private static void LoadAssemblies(byte[] setup)
    {
        (string Name, string Path)[] assemblies = [.. Encoding.UTF8.GetString(setup).Split('\n').Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1]))];
        var resolvers = new Lazy<AssemblyDependencyResolver[]>(() => [.. assemblies.Where(assembly => assembly.Path.Length > 0).Select(assembly => new AssemblyDependencyResolver(assembly.Path))]);
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            (assemblies.FirstOrDefault(assembly => new AssemblyName(assembly.Name).Name == name.Name).Path
                ?? resolvers.Value.Select(resolver => resolver.ResolveAssemblyToPath(name)).FirstOrDefault(path => path is not null)) is { Length: > 0 } path
                ? context.LoadFromAssemblyPath(path)
                : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
            resolvers.Value.Select(resolver => resolver.ResolveUnmanagedDllToPath(name)).FirstOrDefault(path => path is not null) is { } path ? NativeLibrary.Load(path) : 0;
        foreach (var (name, _) in assemblies) Assembly.Load(name);
    }
}
