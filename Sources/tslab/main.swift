print("tslab")
