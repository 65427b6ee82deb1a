using OrleansAsync.Hosting;

var command = SiloCommand.Create();
return await ConsoleProgram.RunAsync(command, args);
