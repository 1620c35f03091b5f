return await Mesh.Silo.Cli.MeshCommand.Run(args);
